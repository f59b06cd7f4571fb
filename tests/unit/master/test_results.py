import csv
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

from master import points, results
from master.expected import Expected
from master.results import Result
from master.scenario import Verdict


class PointsTest(unittest.TestCase):
    def test_a_scenario_is_worth_one_point_unless_it_says_otherwise(self) -> None:
        self.assertEqual(points.of_script("0 start 1 10000\n"), 1)
        self.assertEqual(points.of_script("# about it\n#points:5\n0 start 1 10000\n"), 5)
        self.assertEqual(points.of_script("0 start 1 10000\n  # points: 2.5 \n"), Decimal("2.5"))
        self.assertEqual(points.of_script("# points: 0\n"), 0)

    def test_a_message_about_points_is_none(self) -> None:
        self.assertEqual(points.of_script("0 broadcast # points: 7\n"), 1)

    def test_what_is_no_number_is_refused(self) -> None:
        for line in ("# points: many", "# points:", "# points: -1", "# points: 1e9", "# points: 1\n# points: 2"):
            with self.subTest(line=line), self.assertRaises(points.PointsError):
                points.of_script(line)

    def test_points_are_shown_without_needless_digits(self) -> None:
        self.assertEqual([points.shown(Decimal(each)) for each in ("5", "2.50", "100", "0.0")], ["5", "2.5", "100", "0"])


class CsvTest(unittest.TestCase):
    def test_each_run_has_a_line_and_failures_earn_nothing(self) -> None:
        found = [
            Result(Verdict("lab/a", 1.234), 1, Decimal(2)),
            Result(Verdict("lab/a", 3, "the output differs:\n--- expected, \"x\"\n  +alive 0"), 2, Decimal(2)),
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "new" / "results.csv"
            path.parent.mkdir()
            path.write_text("of an earlier grading")
            table = results.Table(path)
            table.add(found[1])
            self.assertEqual(len(path.read_text("utf-8").splitlines()), 2, "each is there when it is known")
            table.end(found)
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
        self.assertEqual(rows, [
            ["scenario", "run", "points", "of", "seconds", "result", "reason"],
            ["lab/a", "1", "2", "2", "1.23", "passed", ""],
            ["lab/a", "2", "0", "2", "3.00", "failed", 'the output differs: | --- expected, "x" | +alive 0'],
        ])

    def test_what_was_not_run_has_no_points_at_all(self) -> None:
        row = results.row(Result(Verdict("a", 0, "port 10000 is taken", was_run=False), 1, Decimal(2)))
        self.assertEqual((row["points"], row["of"], row["result"]), ("", "2", "not run"))

    def test_a_reason_is_no_formula_for_a_spreadsheet(self) -> None:
        row = results.row(Result(Verdict("a", 1, "=cmd()"), 1, Decimal(1)))
        self.assertEqual(row["reason"], "'=cmd()")


class SummaryTest(unittest.TestCase):
    def test_points_are_earned_by_scenarios_that_never_failed(self) -> None:
        found = [
            Result(Verdict("a", 1), 1, Decimal(3)), Result(Verdict("a", 1), 2, Decimal(3)),
            Result(Verdict("b", 1), 1, Decimal(4)), Result(Verdict("b", 1, "no"), 2, Decimal(4)),
        ]
        self.assertEqual(results.summary(found), [
            "failed: b (1 of 2 runs)", "points: 3 of 7", "3 passed, 1 failed, 0 skipped",
        ])

    def test_what_was_not_run_is_no_failure_and_leaves_points_open(self) -> None:
        found = [
            Result(Verdict("a", 1), 1, Decimal(3)), Result(Verdict("a", 0, "ended", was_run=False), 2, Decimal(3)),
            Result(Verdict("b", 1), 1, Decimal(4)), Result(Verdict("b", 1), 2, Decimal(4)),
            Result(Verdict("c", 1, "no"), 1, Decimal(1)), Result(Verdict("c", 0, "ended", was_run=False), 2, Decimal(1)),
        ]
        self.assertEqual(results.summary(found), [
            "failed: c (1 of 2 runs)", "not run: a", "points: 4 of 8, and 3 of them not decided",
            "3 passed, 1 failed, 2 skipped",
        ])

    def test_without_repeats_the_failed_ones_are_named(self) -> None:
        found = [Result(Verdict("a", 1, "x"), 1, Decimal(1)), Result(Verdict("b", 1, "y"), 1, Decimal(1))]
        self.assertEqual(results.summary(found), ["failed: a, b", "points: 0 of 2", "0 passed, 2 failed, 0 skipped"])


class ExpectedTest(unittest.TestCase):
    def test_white_space_counts_but_at_the_ends_of_the_whole_text(self) -> None:
        expected = Expected("\nmessages \nmessages \n")
        self.assertEqual(len(expected), 2)
        self.assertTrue(expected.is_right(0, "  messages "))
        self.assertFalse(expected.is_right(0, "messages"))
        self.assertTrue(expected.is_right(1, "messages"))

    def test_an_answer_too_many_is_wrong(self) -> None:
        self.assertFalse(Expected("").is_right(0, ""))
        self.assertIsNone(Expected("alive 0").line(1))


if __name__ == "__main__":
    unittest.main()
