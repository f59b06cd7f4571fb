"""scripts/install.sh, with stand-ins for dpkg-query, apt-get and sudo."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Dict

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "install.sh"

# Knows every package but those named in $MISSING; fails, as the real one does, when there are any.
DPKG_QUERY = """#!/bin/bash
code=0
for name in "${@:3}"; do
  if [[ " $MISSING " == *" $name "* ]]; then code=1; else echo "$name installed"; fi
done
exit $code
"""
APT_GET = """#!/bin/bash
echo "$DEBIAN_FRONTEND $*" >>"$CALLS"
exit "${APT_CODE:-0}"
"""
SUDO = '#!/bin/bash\nexec "$@"\n'


class InstallTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.calls = Path(folder.name, "calls")
        self.calls.touch()
        self.bin = Path(folder.name, "bin")
        self.bin.mkdir()
        for name, text in {"dpkg-query": DPKG_QUERY, "apt-get": APT_GET, "sudo": SUDO}.items():
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)

    def install(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        path = f"{self.bin}:{os.environ['PATH']}"
        variables: Dict[str, str] = {**os.environ, "PATH": path, "CALLS": str(self.calls), **environment}
        command = [str(SCRIPT), *arguments]
        return subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def test_does_nothing_when_nothing_is_missing(self) -> None:
        done = self.install("--for-tests", MISSING="")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.calls.read_text(), "")

    def test_benches_need_their_own_package_and_none_of_the_tests(self) -> None:
        done = self.install("--for-benches", "--check", MISSING="libbenchmark-dev clang-tidy")
        self.assertEqual((done.returncode, done.stdout), (1, "Missing packages: libbenchmark-dev\n"))
        self.assertEqual(self.install("--check", MISSING="libbenchmark-dev").returncode, 0)
        self.assertEqual(self.install("--for-tests", "--check", MISSING="libbenchmark-dev").returncode, 1)

    def test_installs_exactly_what_is_missing(self) -> None:
        done = self.install(MISSING="libsodium-dev cmake clang-tidy")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            self.calls.read_text().splitlines(),
            [
                "noninteractive update",
                "noninteractive install -y --no-install-recommends cmake libsodium-dev",
            ],
        )

    def test_the_tests_need_more(self) -> None:
        self.assertIn("clang-tidy", self.install("--for-tests", "--check", MISSING="clang-tidy").stdout)
        self.assertEqual(self.install("--check", MISSING="clang-tidy").returncode, 0)

    def test_a_node_that_is_too_old_for_the_web_client_is_named_and_all_else_is_installed(self) -> None:
        for name, text in {"node": "#!/bin/bash\necho v16.20.2\n", "npm": "#!/bin/bash\n"}.items():
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        done = self.install(MISSING="cmake")
        self.assertEqual(done.returncode, 0)
        self.assertIn(f"{self.bin}/node is v16.20.2, and the web client needs 18.18 or newer", done.stderr)
        self.assertTrue(self.calls.read_text().splitlines()[-1].endswith(" cmake"))

    def test_debians_node_comes_where_there_is_none(self) -> None:
        # A PATH with bash alone, beside the stand-ins.
        for program in ("bash", "env"):
            (self.bin / program).symlink_to(shutil.which(program) or program)
        done = self.install("--check", PATH=str(self.bin), MISSING="nodejs npm")
        self.assertIn("nodejs npm", done.stdout)

    def test_check_installs_nothing(self) -> None:
        self.assertEqual(self.install("--check", MISSING="cmake").returncode, 1)
        self.assertEqual(self.calls.read_text(), "")

    def test_a_failure_says_what_to_do(self) -> None:
        done = self.install(MISSING="cmake", APT_CODE="100")
        self.assertEqual(done.returncode, 1)
        self.assertIn("run scripts/install.sh again", done.stderr)

    def test_unknown_arguments_are_refused(self) -> None:
        done = self.install("--everything", MISSING="")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'--everything'", done.stderr)


if __name__ == "__main__":
    unittest.main()
