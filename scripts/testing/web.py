"""The checks and tests of the web client, by the programs of its own packages, which come first if they are missing.

python3 -m scripts.testing.web checks|unit|e2e [--junit FILE]
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, Optional

from scripts.testing.files import ROOT

WEB = ROOT / "web"


def run(command: List[str], environment: Optional[Dict[str, str]] = None) -> int:
    """A program of the packages, in their folder."""
    print(f"== {' '.join(command)}", flush=True)
    program = WEB / "node_modules" / ".bin" / command[0]
    return subprocess.run([str(program), *command[1:]], cwd=WEB, env={**os.environ, **(environment or {})}).returncode


def checks() -> int:
    """All of them, whatever the first ones say."""
    codes = [
        run(["tsc", "--noEmit"]),
        run(["eslint", "--max-warnings=0", "."]),
        run(["prettier", "--check", "--log-level=warn", "."]),
    ]
    if codes[2] != 0:
        print("To mend the format: cd web && npx prettier --write FILE ...")
    return max(codes)


def unit(junit: Optional[Path]) -> int:
    reporters = ["--reporter=default"]
    if junit is not None:
        reporters += ["--reporter=junit", f"--outputFile.junit={junit}"]
    return run(["vitest", "run", *reporters])


def e2e(junit: Optional[Path]) -> int:
    """web/playwright.config.ts makes a JUnit file when the environment names one."""
    environment = {"PLAYWRIGHT_JUNIT_INCLUDE_PROJECT_IN_TEST_NAME": "1"}
    if junit is not None:
        environment["PLAYWRIGHT_JUNIT_OUTPUT_NAME"] = str(junit)
    return run(["playwright", "test"], environment)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check or test the web client.")
    parser.add_argument("what", choices=("checks", "unit", "e2e"))
    parser.add_argument("--junit", type=Path, help="write the results of the tests to this file")
    options = parser.parse_args()
    junit: Optional[Path] = options.junit.absolute() if options.junit else None
    packages = subprocess.run([str(ROOT / "scripts" / "build_web.sh"), "--packages"])
    if packages.returncode != 0:
        return packages.returncode
    if options.what == "checks":
        return checks()
    return unit(junit) if options.what == "unit" else e2e(junit)


if __name__ == "__main__":
    sys.exit(main())
