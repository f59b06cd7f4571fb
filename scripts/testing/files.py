"""Which files of the project a check concerns: those that git knows, and new ones that it does not ignore."""

import subprocess
from pathlib import Path
from typing import List, Set

ROOT = Path(__file__).resolve().parents[2]


def project_files() -> List[Path]:
    """All files, named from the root, sorted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    paths = {Path(name.decode()) for name in done.stdout.split(b"\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_file())


def with_suffix(suffixes: Set[str]) -> List[Path]:
    return [path for path in project_files() if path.suffix in suffixes]


def with_interpreter(suffix: str, interpreters: Set[str]) -> List[Path]:
    """Scripts by suffix, and those without one whose first line names one of the interpreters."""
    return [
        path
        for path in project_files()
        if path.suffix == suffix or (not path.suffix and _interpreter(ROOT / path) in interpreters)
    ]


def _interpreter(path: Path) -> str:
    with path.open("rb") as file:
        line = file.readline(200).decode(errors="replace")
    if not line.startswith("#!"):
        return ""
    words = line[2:].split()
    if words and words[0].endswith("/env"):
        words = [word for word in words[1:] if not word.startswith("-")]
    return words[0].rsplit("/", 1)[-1] if words else ""
