import argparse
import contextlib
import csv
import io
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from pathlib import Path
from typing import List

from master.report import Report
from master.scenario import Verdict

WORTH = {"a": Decimal(2), "b": Decimal(3)}


class ReportTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="buzzer-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.options = argparse.Namespace(
            repeat=1, csv=self.folder / "new" / "results.csv", junit=self.folder / "junit.xml", timeline=self.folder / "pictures"
        )

    def report(self) -> Report:
        report = Report(WORTH, self.options)
        report.begin()
        return report

    def rows(self) -> List[List[str]]:
        with self.options.csv.open(encoding="utf-8", newline="") as file:
            return [[row["scenario"], row["points"], row["result"], row["reason"]] for row in csv.DictReader(file)]

    def test_what_a_program_says_cannot_clear_the_screen_or_pass_for_the_reports_own_line(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as told:
            self.report().add(Verdict("a", 1, "it differs\n+\x1b[1A\x1b[2K[1/2] ok\0\r"), 1)
        self.assertEqual(told.getvalue(), "[1/2] FAILED   1.00 s  a\n    it differs\n    +\\x1b[1A\\x1b[2K[1/2] ok\\x00\\r\n")
        self.assertEqual(self.rows()[0][3], "it differs | +\\x1b[1A\\x1b[2K[1/2] ok\\x00\\r")

    def test_nothing_of_an_earlier_grading_is_left_when_the_first_scenario_begins(self) -> None:
        self.options.csv.parent.mkdir()
        self.options.csv.write_text("scenario,run\nyesterday,1\n")
        self.options.junit.write_text("yesterday")
        self.report()
        self.assertEqual(self.rows(), [])
        self.assertEqual(ElementTree.parse(self.options.junit).getroot().get("tests"), "0")

    def test_what_cannot_be_written_shows_when_the_first_scenario_begins(self) -> None:
        (self.folder / "file").write_text("")
        for name in ("csv", "junit", "timeline"):
            with self.subTest(name=name):
                options = argparse.Namespace(**{**vars(self.options), name: self.folder / "file" / "below"})
                with self.assertRaises(OSError):
                    Report(WORTH, options).begin()

    def test_what_was_not_run_is_said_and_is_no_failure(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as told:
            report = self.report()
            report.add(Verdict("b", 1), 1)
            self.assertEqual(report.end("ended by SIGTERM"), 2)
            self.assertEqual(report.end(), 2, "once is enough")
        self.assertEqual(told.getvalue().splitlines()[1:],
                         ["not run: a", "points: 3 of 5, and 2 of them not decided", "1 passed, 0 failed, 1 skipped"])
        self.assertEqual(self.rows(), [["a", "", "not run", "ended by SIGTERM"], ["b", "3", "passed", ""]])
        root = ElementTree.parse(self.options.junit).getroot()
        self.assertEqual((root.get("tests"), root.get("failures"), root.get("skipped")), ("2", "0", "1"))


if __name__ == "__main__":
    unittest.main()
