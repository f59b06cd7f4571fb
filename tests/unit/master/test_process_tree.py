"""What grading ends: all that came of it, however it hides, and nothing that others had put below it."""

import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from master import paths

HARE = """
import os, time
while True:
    if os.fork():
        os._exit(0)
    time.sleep(0.0005)
    open("beat", "w").write(str(time.monotonic()))
"""


class ProcessTreeTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="buzzer-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def told(self, body: str, *before: str) -> str:
        """What a program of its own prints, since orphans are adopted by the whole of it."""
        program = f"import os, subprocess, sys, time\nfrom master.lab import process_tree\nprocess_tree.adopt_orphans()\n{body}"
        done = subprocess.run(
            [*before, sys.executable, "-c", program], cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", timeout=30,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.strip()

    def test_what_was_below_it_before_is_left_alone(self) -> None:
        """Once the `tee` of `grading.py ... > >(tee report)` was killed, and the report stayed empty."""
        body = "subprocess.Popen(['sleep', '600.25'])\nprint([*process_tree.end_all().found.values()], flush=True)"
        shell = 'exec 3>&1; exec "$@" > >(read -r line; echo "heard $line" >&3)'
        self.assertEqual(self.told(body, "bash", "-c", shell, "bash"), "heard ['sleep 600.25']")

    def test_who_forks_and_ends_all_the_time_is_ended_too(self) -> None:
        beat = self.folder / "beat"
        body = (
            f"hare = subprocess.Popen([sys.executable, '-c', {HARE!r}], cwd={str(self.folder)!r}, start_new_session=True)\n"
            f"while not os.path.exists({str(beat)!r}): time.sleep(0.01)\n"
            "ended = process_tree.end_all()\n"
            "print(ended.left, bool(ended.found), process_tree.reap())"
        )
        self.assertEqual(self.told(body), "{} True False")
        last = beat.read_text()
        time.sleep(0.2)  # hundreds of its lives
        self.assertEqual(beat.read_text(), last)


if __name__ == "__main__":
    unittest.main()
