"""scripts/build_web.sh in a folder of its own, with stand-ins for node and npm."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Dict, List

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "build_web.sh"

# As `node --version`, else as `node .../vite.js build --outDir <folder>`.
NODE = """#!/bin/bash
if [[ $1 == --version ]]; then echo "${NODE_VERSION:-v18.20.4}"; exit; fi
echo "build" >>"$CALLS"
mkdir -p "$4"
cp src/main.tsx "$4/index.html"
exit "${BUILD_CODE:-0}"
"""
NPM = """#!/bin/bash
echo "npm $1 $2" >>"$CALLS"
rm -rf node_modules
mkdir node_modules
exit "${NPM_CODE:-0}"
"""


class BuildWebTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.calls = self.root / "calls"
        self.bin = self.root / "bin"
        self.bin.mkdir()
        for name, text in {"node": NODE, "npm": NPM}.items():
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        (self.root / "scripts").mkdir()
        shutil.copy(SCRIPT, self.root / "scripts")
        self.source = self.root / "web" / "src" / "main.tsx"
        self.source.parent.mkdir(parents=True)
        self.source.write_text("one")
        (self.root / "web" / "package-lock.json").write_text("{}")
        self.result = self.root / "build" / "web" / "index.html"

    def build(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        variables: Dict[str, str] = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "CALLS": str(self.calls)}
        self.calls.write_text("")
        command = [str(self.root / "scripts" / "build_web.sh"), *arguments]
        return subprocess.run(command, env={**variables, **environment}, capture_output=True, text=True)

    def called(self) -> List[str]:
        return self.calls.read_text().splitlines()

    def test_first_come_the_packages_then_the_build(self) -> None:
        done = self.build()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.called(), ["npm ci --ignore-scripts", "build"])
        self.assertEqual(self.result.read_text(), "one")

    def test_what_is_done_is_not_done_again(self) -> None:
        self.build()
        done = self.build("--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.called(), [])

    def test_tests_and_readme_are_no_part_of_it(self) -> None:
        self.build()
        for name in ("src/main.test.tsx", "README.md"):
            (self.root / "web" / name).write_text("new")
        self.build()
        self.assertEqual(self.called(), [])

    def test_a_change_is_built_without_asking_npm(self) -> None:
        self.build()
        self.source.write_text("two")
        self.build("--quiet")
        self.assertEqual(self.called(), ["build"])
        self.assertEqual(self.result.read_text(), "two")

    def test_a_file_that_is_gone_is_a_change(self) -> None:
        (self.root / "web" / "src" / "other.ts").write_text("x")
        self.build()
        (self.root / "web" / "src" / "other.ts").unlink()
        self.build()
        self.assertEqual(self.called(), ["build"])

    def test_other_packages_are_installed_anew(self) -> None:
        self.build()
        (self.root / "web" / "package-lock.json").write_text("{ }")
        self.build("--packages")
        self.assertEqual(self.called(), ["npm ci --ignore-scripts"])

    def test_packages_that_cannot_be_had_are_tried_again(self) -> None:
        failed = self.build(NPM_CODE="1")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("Without network:", failed.stderr)
        self.assertEqual(self.called(), ["npm ci --ignore-scripts"])
        self.assertEqual(self.build().returncode, 0)
        self.assertEqual(self.called(), ["npm ci --ignore-scripts", "build"])

    def test_a_build_that_fails_leaves_the_former_one(self) -> None:
        self.build()
        self.source.write_text("two")
        failed = self.build(BUILD_CODE="1")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("building the web client failed", failed.stderr)
        self.assertEqual(self.result.read_text(), "one")
        self.assertEqual([path.name for path in self.result.parents[1].iterdir()], ["web"])
        self.build()
        self.assertEqual(self.result.read_text(), "two")

    def test_a_node_that_is_too_old_is_named(self) -> None:
        for version in ("v16.20.2", "v18.17.1"):
            done = self.build(NODE_VERSION=version)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{self.bin}/node is {version}, and the web client needs 18.18", done.stderr)
            self.assertEqual(self.called(), [])
        self.assertEqual(self.build(NODE_VERSION="v26.0.0").returncode, 0)

    def test_unknown_arguments_are_refused(self) -> None:
        done = self.build("--all")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'--all'", done.stderr)


if __name__ == "__main__":
    unittest.main()
