import unittest

from master import script
from master.lab import lines, pace, rehearsal
from master.lab.pace import Pace


def parsed(text: str) -> "list[script.Command]":
    return script.parse("x.input", text)


class LinesTest(unittest.TestCase):
    def test_the_labs_own_lines_are_taken(self) -> None:
        text = "# ours\n0 start 2 10000\n\n0 get\n0 alive\n0 broadcast get out\n0 crash\nsleep 10\nexit\n"
        self.assertIsNone(lines.not_of_the_lab(parsed(text), text))

    def test_others_are_named_with_their_place(self) -> None:
        for line in ("partition 0 | 1", "0 mark", "wait 100 0 alive 0", "0 stop", "0 start 2 9999", "client b connect 0"):
            with self.subTest(line=line):
                text = f"0 start 2 10000\n{line}\n"
                complaint = lines.not_of_the_lab(parsed(text), text) or ""
                self.assertTrue(complaint.startswith("x.input:2: "), complaint)
                self.assertIn(line, complaint)

    def test_a_script_that_no_program_could_pass_is_named_with_the_place(self) -> None:
        start = "0 start 2 10000\n"
        for line, words in (
            ("0 start 2 10001", "node 0 already runs"), ("1 start 2 10000", "another node has port 10000"),
            ("1 get", "node 1 does not run"), ("0 crash\n0 broadcast hi", "node 0 does not run"),
        ):
            with self.subTest(line=line):
                complaint = lines.impossible(parsed(f"{start}{line}\n"), 1) or ""
                self.assertRegex(complaint, f"^x.input:[23]: {words}$")

    def test_each_question_before_exit_has_an_answer(self) -> None:
        text = "0 start 2 10000\n0 get\n0 crash\n0 start 2 10000\n0 alive\nexit\n1 get\n"
        self.assertIsNone(lines.impossible(parsed(text), 2))
        self.assertEqual(lines.impossible(parsed(text), 3), "it asks 2 questions, and its .output has 3 answers")


class PaceTest(unittest.TestCase):
    def test_waits_are_what_was_measured_with_a_margin(self) -> None:
        found = pace.from_measured(0.2, 0.1, 0.02)
        self.assertAlmostEqual(found.start_s, 0.35)
        self.assertAlmostEqual(found.crash_s, 0.2)
        self.assertAlmostEqual(found.sleep(1000), 0.08)
        self.assertAlmostEqual(found.sleep(10), 0.01)
        self.assertFalse(found.is_the_labs)

    def test_they_are_never_longer_than_the_labs(self) -> None:
        self.assertEqual(pace.from_measured(9, 9, 9), pace.THE_LABS)
        self.assertEqual(pace.THE_LABS.sleep(2500), 2.5)

    def test_a_slower_pace_ends_at_the_labs(self) -> None:
        waits = pace.from_measured(0.1, 0.1, 0.1)
        for _ in range(6):
            waits = waits.slower()
        self.assertTrue(waits.is_the_labs)
        self.assertEqual(Pace(0.5, 0.25, 0.1).slower(), Pace(1.0, 0.5, 0.2))


class RehearsalTest(unittest.TestCase):
    def test_its_nodes_are_the_first_three_of_the_script_that_starts_most(self) -> None:
        small = parsed("0 start 1 10000\n")
        large = parsed("3 start 5 10003\n1 start 5 10001\n3 crash\n3 start 5 10003\n4 start 5 10004\n2 start 5 10002\n")
        cast = rehearsal.cast([small, large])
        self.assertEqual([(each.node, each.port) for each in cast], [(3, 10003), (1, 10001), (4, 10004)])
        self.assertEqual(rehearsal.cast([parsed("sleep 1\n")]), [])


if __name__ == "__main__":
    unittest.main()
