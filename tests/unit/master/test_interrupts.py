"""Of two signals the second once interrupted the cleaning up that the first had begun."""

import subprocess
import sys
import textwrap
import unittest

from master import paths


class InterruptsTest(unittest.TestCase):
    def told(self, body: str) -> str:
        """What a program of its own prints, since signals concern the whole of it."""
        program = "from signal import *\nfrom master import interrupts\ninterrupts.install()\n" + textwrap.dedent(body)
        done = subprocess.run([sys.executable, "-c", program], cwd=paths.ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8", timeout=10)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.strip()

    def test_a_second_signal_does_not_interrupt_what_the_first_one_began(self) -> None:
        self.assertEqual(self.told("""
            try:
                raise_signal(SIGTERM)
            except interrupts.Interrupted as interrupted:
                raise_signal(SIGINT)
                raise_signal(SIGTERM)
                print(interrupted, interrupted.exit_code)
        """), f"SIGTERM {128 + 15}")

    def test_of_two_signals_that_are_deferred_the_first_one_counts(self) -> None:
        self.assertEqual(self.told("""
            try:
                with interrupts.deferred():
                    raise_signal(SIGTERM)
                    raise_signal(SIGINT)
                    print("deferred", end=" ")
            except interrupts.Interrupted as interrupted:
                raise_signal(SIGINT)
                print(interrupted)
        """), "deferred SIGTERM")

    def test_what_is_deferred_while_cleaning_up_is_not_raised_there(self) -> None:
        self.assertEqual(self.told("""
            try:
                raise_signal(SIGINT)
            except interrupts.Interrupted as interrupted:
                with interrupts.deferred():
                    raise_signal(SIGTERM)
                print(interrupted)
        """), "SIGINT")


if __name__ == "__main__":
    unittest.main()
