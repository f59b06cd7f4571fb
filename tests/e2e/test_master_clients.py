"""The master's clients against real nodes: what fails. What they can do is in tests/scenarios/gateway."""

import os
import signal
import time
import unittest

from tests.e2e.support import GridTest, master_command

ONE = "0 start 1 10000\nclient c connect 0\n"


class MasterClientsTest(GridTest):
    def without_package(self, script: str, name: str) -> "tuple[int, str, str]":
        environment = {**os.environ, "BUZZER_NATIVE": str(self.folder)}
        done = self.run_program(*master_command(self.folder / name), stdin=script, env=environment)
        return done.returncode, done.stdout, done.stderr

    def test_only_a_script_with_clients_needs_the_package(self) -> None:
        code, out, err = self.without_package("0 start 1 10000\n0 alive\n", "without")
        self.assertEqual((code, out), (0, "alive 0\n"), err)
        code, out, err = self.without_package(ONE + "c register bob secret\n", "with")
        self.assertEqual((code, out), (1, ""), err)
        self.assertIn("stdin:2: scripts with clients need the Python package (scripts/build.sh builds it)", err)

    def test_a_failing_line_is_named(self) -> None:
        for script, message in (
            ("0 start 1 10000\nclient c connect 1\n", "stdin:2: node 1 does not run"),
            (ONE + "c resume 1\n", "stdin:3: node 1 does not run"),
            (ONE + "c reply #1 x\n", "stdin:3: there is no buzz #1"),
            (ONE + "c drop\nc register bob secret\nc resume 0\n0 crash\nc resume 0\n", "stdin:7: node 0 does not run"),
        ):
            with self.subTest(script=script):
                done = self.master(script)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(message, done.stderr)

    def test_a_client_that_was_dropped_answers_closed_until_it_resumes(self) -> None:
        done = self.master(ONE + "c drop\nc register bob secret\nc events\nc resume 0\nc register bob secret\n")
        self.assertEqual((done.returncode, done.stdout), (0, "error closed\nevents\nregistered bob\n"), done.stderr)

    def test_a_signal_ends_a_master_whose_client_waits(self) -> None:
        background = self.begin_master(ONE + "c register bob secret\nc events 1\n")
        self.wait_for(lambda: "registered bob" in background.out, "the line before the one that waits")
        began = time.monotonic()
        self.assertEqual(background.end(signal.SIGTERM), 128 + signal.SIGTERM, background.err)
        self.assertLess(time.monotonic() - began, 8.0, "the client alone would wait for 10 s")


if __name__ == "__main__":
    unittest.main()
