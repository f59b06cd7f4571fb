"""The driver behind scripts/test.sh: no failure may be lost on the way to its last line."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List, Set
from unittest import mock

from scripts.testing import execute, report
from scripts.testing.checks import broken_links
from scripts.testing.execute import StageResult
from scripts.testing.files import ROOT
from scripts.testing.results import Case, Outcome, read_junit, write_junit
from scripts.testing.stages import JUNIT, REPORTS, Stage, all_stages, read_names

CTEST = """<testsuite>
<testcase name="A.Passes" classname="A.Passes" time="0.5" status="run"/>
<testcase name="A.Skips" classname="A.Skips" time="0" status="notrun">
  <skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
<testcase name="b_NOT_BUILT" classname="b" time="0" status="notrun">
  <skipped message="Unable to find executable"/></testcase>
<testcase name="A.Fails" classname="A.Fails" time="0" status="fail">
  <failure message=""/><system-out>why it failed</system-out></testcase>
</testsuite>"""


class TemporaryFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class ResultsTest(TemporaryFolder):
    def test_a_test_that_was_never_built_has_failed(self) -> None:
        path = self.folder / "ctest.xml"
        path.write_text(CTEST)
        cases = read_junit(path)
        self.assertEqual([case.outcome.value for case in cases], ["passed", "skipped", "failed", "failed"])
        self.assertEqual(cases[3].message, "why it failed")

    def test_what_is_written_is_read_again(self) -> None:
        cases = [
            Case("a", Outcome.PASSED, 1.5),
            Case("b", Outcome.FAILED, 0.0, "x < y\n\x1b"),
            Case("c", Outcome.SKIPPED, 0.0, "why"),
        ]
        write_junit(self.folder / "out" / "results.xml", "suite", cases)
        again = read_junit(self.folder / "out" / "results.xml")
        self.assertEqual([case.outcome for case in again], [case.outcome for case in cases])
        self.assertEqual(again[1].message, "x < y\n?")


class ExecuteTest(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(execute, "LOGS", self.folder)
        patch.start()
        self.addCleanup(patch.stop)

    def run_python(self, code: str, *arguments: str, limit_minutes: float = 1.0) -> StageResult:
        command = [sys.executable, "-c", code, *arguments]
        stage = Stage("stage", command, limit_minutes, environment={"REPORTS": REPORTS})
        with contextlib.redirect_stdout(io.StringIO()):
            return execute.execute(stage, {})

    def outcomes(self, result: StageResult) -> List[str]:
        return [case.outcome.value for case in result.cases]

    def test_exit_code_decides_without_results_file(self) -> None:
        self.assertEqual(self.outcomes(self.run_python("")), ["passed"])
        self.assertEqual(self.outcomes(self.run_python("raise SystemExit(3)")), ["failed"])

    def test_missing_and_empty_results_are_failures(self) -> None:
        self.assertEqual(self.outcomes(self.run_python("", JUNIT)), ["failed"])
        empty = "import sys; open(sys.argv[1], 'w').write('<testsuite/>')"
        self.assertEqual(self.outcomes(self.run_python(empty, JUNIT)), ["failed"])

    def test_a_bad_exit_code_after_good_results_is_a_failure(self) -> None:
        code = "import sys; open(sys.argv[1], 'w').write('<a><testcase name=\"t\"/></a>'); sys.exit(1)"
        self.assertEqual(self.outcomes(self.run_python(code, JUNIT)), ["passed", "failed"])

    def test_results_of_an_earlier_run_do_not_count(self) -> None:
        (self.folder / "stage.xml").write_text('<a><testcase name="old"/></a>')
        self.assertEqual(self.outcomes(self.run_python("", JUNIT)), ["failed"])

    def test_a_sanitizer_report_is_a_failure(self) -> None:
        result = self.run_python("import os; open(os.environ['REPORTS'] + '.7', 'w').write('a leak')")
        self.assertEqual(self.outcomes(result), ["passed", "failed"])
        self.assertEqual(result.cases[1].message, "a leak")

    def test_a_stage_that_takes_too_long_is_ended(self) -> None:
        result = self.run_python("import time; time.sleep(60)", limit_minutes=0.01)
        self.assertEqual(self.outcomes(result), ["failed"])
        self.assertLess(result.seconds, 30)

    def test_a_stage_that_cannot_start_is_a_failure(self) -> None:
        self.assertEqual(self.outcomes(execute.execute(Stage("stage", ["./not-there"], 1.0), {})), ["failed"])

    def test_the_last_line_counts_all(self) -> None:
        stage = Stage("stage", [], 1.0, tests=True)
        outcomes = [Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.PASSED]
        results = [StageResult(stage, [Case("t", outcome) for outcome in outcomes]), execute.blocked(stage, "build")]
        with mock.patch.object(report, "ROOT", self.folder), contextlib.redirect_stdout(io.StringIO()) as output:
            self.assertFalse(report.print_summary(results))
        self.assertEqual(output.getvalue().splitlines()[-1], "2 passed, 2 failed, 1 skipped")


class StagesTest(unittest.TestCase):
    def test_what_a_stage_needs_comes_before_it(self) -> None:
        for quick in (False, True):
            seen: Set[str] = set()
            for stage in all_stages(quick=quick, full=False):
                self.assertLessEqual(set(stage.needs), seen, stage.name)
                seen.add(stage.name)

    def test_listed_scenarios_exist(self) -> None:
        folder = ROOT / "tests" / "scenarios"
        for path in (folder / "quick.txt", folder / "sanitized.txt"):
            names = read_names(path)
            self.assertTrue(names)
            for name in names:
                with self.subTest(list=path.name, scenario=name):
                    self.assertTrue((folder / f"{name}.input").is_file())


class LinksTest(TemporaryFolder):
    def test_only_links_to_missing_files_are_broken(self) -> None:
        (self.folder / "docs").mkdir()
        (self.folder / "README.md").write_text("x\n")
        page = (
            "[a](../README.md#part) [b](https://example.org/x) [c](#here) `[d](none)`\n"
            "```\n[e](none)\n```\n[f](none.md) ![g](img.png 'x')\n[h]: /gone.md\n"
        )
        (self.folder / "docs" / "page.md").write_text(page)
        problems = broken_links(self.folder, Path("docs/page.md"))
        self.assertEqual([problem.split(":")[1] for problem in problems], ["5", "5", "6"])


if __name__ == "__main__":
    unittest.main()
