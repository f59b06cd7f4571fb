"""clang-tidy over every .cc file, in parallel; a file that passed is not checked again before something changes.

A pass is remembered, beside ccache's cache and likewise for every clone, under a hash of: the compiler call, .clang-tidy,
clang-tidy's version, and the contents of all project files (for others: path, size and time) that the build saw the
file include.

Tests take longer to check than all the rest (GoogleTest's macros), so they are only with --tests.

python3 -m scripts.testing.tidy [--preset release] [--tests] [--junit FILE] [FILE...]
"""

import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional

from scripts.testing.files import ROOT, with_suffix
from scripts.testing.results import Case, Outcome, write_junit

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "buzzer" / "clang-tidy"
ARGUMENTS = ["--quiet", "--extra-arg=-Wno-unknown-warning-option"]


def read_dependencies(tree: Path) -> Dict[str, List[str]]:
    """Object file -> the files it was made from, as ninja remembers them."""
    done = subprocess.run(["ninja", "-C", str(tree), "-t", "deps"], stdout=subprocess.PIPE, text=True, check=True)
    dependencies: Dict[str, List[str]] = {}
    current: List[str] = []
    for line in done.stdout.splitlines():
        if line.startswith("    "):
            current.append(line.strip())
        elif ": #deps" in line:
            current = []
            if line.endswith("(VALID)"):
                dependencies[line.split(": #deps")[0]] = current
    return dependencies


@lru_cache(maxsize=None)
def fingerprint(path: str) -> str:
    if path.startswith(str(ROOT) + os.sep):
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    facts = os.stat(path)
    return f"{facts.st_size} {facts.st_mtime_ns}"


def without_root(text: str) -> str:
    """So that a clone at another path finds what this one has checked."""
    return text.replace(str(ROOT), "")


def key_of(entry: Dict[str, str], tree: Path, dependencies: Dict[str, List[str]], common: str) -> Optional[str]:
    """None when the build does not know (yet) what the file includes."""
    words = shlex.split(entry["command"])
    made_from = dependencies.get(words[words.index("-o") + 1]) if "-o" in words else None
    if made_from is None:
        return None
    digest = hashlib.sha256((common + "\0" + without_root(entry["command"])).encode())
    paths = {os.path.normpath(tree / name) for name in (entry["file"], *made_from)}
    for path in sorted(paths, key=without_root):
        try:
            digest.update(f"\0{without_root(path)} {fingerprint(path)}".encode())
        except OSError:
            return None
    return digest.hexdigest()


def check(path: Path, tree: Path, key: Optional[str]) -> Case:
    """Runs clang-tidy on one file, unless it is known to pass."""
    name = f"tidy {path}"
    mark = CACHE / key if key else None
    if mark is not None and mark.exists():
        os.utime(mark)
        return Case(name, Outcome.PASSED)
    started = time.monotonic()
    command = ["clang-tidy", *ARGUMENTS, "-p", str(tree), str(ROOT / path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - started
    if done.returncode != 0:
        return Case(name, Outcome.FAILED, seconds, done.stdout.strip() or done.stderr.strip())
    if mark is not None:
        mark.touch()
    return Case(name, Outcome.PASSED, seconds)


def forget_old(days: int = 30) -> None:
    limit = time.time() - days * 86400
    for mark in CACHE.iterdir():
        if mark.stat().st_mtime < limit:
            mark.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description="Run clang-tidy over every .cc file.")
    parser.add_argument("files", nargs="*", type=Path, help="only these, named from the root")
    parser.add_argument("--preset", default="release", help="whose compiler calls to take")
    parser.add_argument("--tests", action="store_true", help="the files below tests/ too")
    parser.add_argument("--junit", type=Path, help="write the results to this file")
    options = parser.parse_args()

    tree = ROOT / "build" / options.preset
    entries: Dict[str, Dict[str, str]] = {
        os.path.normpath(entry["file"]): entry for entry in json.loads((tree / "compile_commands.json").read_text())
    }
    version = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    common = "\0".join([version, (ROOT / ".clang-tidy").read_text(), *ARGUMENTS])
    dependencies = read_dependencies(tree)
    CACHE.mkdir(parents=True, exist_ok=True)
    forget_old()

    cases: List[Case] = []
    jobs = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        every = [path for path in with_suffix({".cc"}) if options.tests or path.parts[0] != "tests"]
        for path in options.files or every:
            entry = entries.get(str(ROOT / path))
            if entry is None:
                cases.append(Case(f"tidy {path}", Outcome.FAILED, 0.0, f"{path} belongs to no CMake target"))
                print(cases[-1].message)
                continue
            jobs.append(pool.submit(check, path, tree, key_of(entry, tree, dependencies, common)))
        for done, job in enumerate(as_completed(jobs), 1):
            case = job.result()
            cases.append(case)
            print(f"[{done}/{len(jobs)}] {case.outcome.value} {case.seconds:5.1f} s  {case.name}", flush=True)
            if case.message:
                print(case.message, flush=True)
    if options.junit is not None:
        write_junit(options.junit, "clang-tidy", cases)
    failed = sum(case.outcome is Outcome.FAILED for case in cases)
    print(f"{len(cases)} files, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
