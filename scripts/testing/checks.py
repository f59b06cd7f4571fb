"""The static checks that need to find their files: python3 -m scripts.testing.checks format|types|shell|links"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, Iterator, List
from urllib.parse import unquote

from scripts.testing.files import ROOT, project_files, with_interpreter, with_suffix


def _run(command: List[str], files: List[Path]) -> int:
    if not files:
        print(f"{command[0]}: found no files to check")
        return 1
    print(f"{command[0]}: {len(files)} files", flush=True)
    return subprocess.run([*command, *map(str, files)], cwd=ROOT).returncode


def check_format() -> int:
    code = _run(["clang-format", "--dry-run", "-Werror"], with_suffix({".cc", ".h"}))
    if code != 0:
        print("To mend it: clang-format -i FILE ...")
    return code


def check_types() -> int:
    """mypy.ini at the root says how strictly. master.py would be taken for the package master/, so it goes apart."""
    python = with_interpreter(".py", {"python3", "python"})
    checked = ("bench", "master", "python", "scripts", "grading.py")
    files = [path for path in python if path.parts[0] in checked]
    code = _run(["mypy"], files)
    if Path("master.py") in python:
        code = _run(["mypy"], [Path("master.py")]) or code
    return code


def check_shell() -> int:
    return _run(["shellcheck"], with_interpreter(".sh", {"bash", "sh"}))


_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)<>\s]+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)|^\s*\[[^\]]+\]:\s*(\S+)")


def _links(text: str) -> Iterator["tuple[int, str]"]:
    """(line, target) of each link outside code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            for match in _LINK.finditer(re.sub(r"`[^`]*`", "", line)):
                yield number, match[1] or match[2]


def broken_links(root: Path, path: Path) -> List[str]:
    """Links of a Markdown file (named from the root) that point to files which are not there."""
    problems = []
    for line, target in _links((root / path).read_text(encoding="utf-8")):
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target) or target.startswith("#"):
            continue
        name = unquote(target.split("#")[0].split("?")[0])
        place = root / name.lstrip("/") if name.startswith("/") else (root / path).parent / name
        if not os.path.exists(place):
            problems.append(f"{path}:{line}: link to {target}, which does not exist")
    return problems


def check_links() -> int:
    pages = [path for path in project_files() if path.suffix == ".md"]
    problems = [problem for page in pages for problem in broken_links(ROOT, page)]
    for problem in problems:
        print(problem)
    print(f"{len(pages)} pages, {len(problems)} broken link(s)")
    return 1 if problems or not pages else 0


CHECKS: Dict[str, Callable[[], int]] = {
    "format": check_format,
    "types": check_types,
    "shell": check_shell,
    "links": check_links,
}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: python3 -m scripts.testing.checks {'|'.join(CHECKS)}")
    sys.exit(CHECKS[sys.argv[1]]())
