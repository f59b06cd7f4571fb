"""Holds our AsyncAPI documents to the specification, with AsyncAPI's own parser (a package of npm, for tests alone).

The parser is installed into build/asyncapi, anew when scripts/asyncapi/package-lock.json has changed; npm needs the network for
that once, later runs need none. None of the packages' own scripts is run.

python3 -m scripts.testing.asyncapi [FILE...]
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

from scripts.testing.files import ROOT, project_files

SOURCE = ROOT / "scripts" / "asyncapi"
FOLDER = ROOT / "build" / "asyncapi"
INSTALL = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def is_installed() -> bool:
    """From the present lock, to the end: the mark is written last."""
    mark = FOLDER / "installed.json"
    return mark.is_file() and mark.read_bytes() == (SOURCE / "package-lock.json").read_bytes()


def install() -> None:
    """Raises subprocess.CalledProcessError when npm fails; the next run then tries again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "installed.json").unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, FOLDER / name)
    subprocess.run(INSTALL, cwd=FOLDER, check=True)
    shutil.copy(SOURCE / "package-lock.json", FOLDER / "installed.json")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check AsyncAPI documents.")
    parser.add_argument("files", nargs="*", type=Path, help="otherwise every *.asyncapi.json of the project")
    files: List[Path] = parser.parse_args().files
    files = files or [ROOT / path for path in project_files() if path.name.endswith(".asyncapi.json")]
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: scripts/install.sh --for-tests")
    if not is_installed():
        install()
    # Where it stands beside the packages that it imports.
    shutil.copy(SOURCE / "check.mjs", FOLDER / "check.mjs")
    return subprocess.run(["node", str(FOLDER / "check.mjs"), *map(str, files)]).returncode


if __name__ == "__main__":
    sys.exit(main())
