"""grading.py as a person runs it."""

import shutil
import signal
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from master import leftovers, paths
from tests.e2e.support import BINARY, Background, GridTest

GOOD = ("0 start 1 10000\n0 alive\n", "alive 0\n")
BAD = ("0 start 1 10000\n0 alive\n", "alive 0,1\n")
HANGING = ("0 start 2 10000\n1 start 2 10001\n1 pause\nsleep 600000\n", "")


class GradingTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.scenarios = self.folder / "scenarios"

    def add(self, name: str, script: str, output: str) -> None:
        path = self.scenarios / f"{name}.input"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)
        path.with_suffix(".output").write_text(output)

    def grade(self, *options: object) -> "tuple[int, list[str]]":
        done = self.run_program(
            sys.executable, "grading.py", "--scenarios", self.scenarios, "--binary", BINARY, *options
        )
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.splitlines()

    def test_all_passed_is_exit_code_0_and_leaves_no_folder(self) -> None:
        self.add("a/good", *GOOD)
        self.add("b", *GOOD)
        code, lines = self.grade()
        self.assertEqual((code, lines[-1]), (0, "2 passed, 0 failed, 0 skipped"), lines)
        self.assertEqual(list(paths.RUN.glob("scenarios/a-good-*")), [])

    def test_a_failure_shows_the_difference_and_the_logs_and_keeps_the_folder(self) -> None:
        self.add("bad", *BAD)
        code, lines = self.grade("--junit", self.folder / "junit.xml")
        self.assertEqual((code, lines[-1]), (1, "0 passed, 1 failed, 0 skipped"))
        text = "\n".join(lines)
        self.assertIn("    -alive 0,1\n    +alive 0\n", text)
        self.assertIn("last lines of node-0", text)
        self.remove_kept_folder(text)
        root = ElementTree.parse(self.folder / "junit.xml").getroot()
        self.assertEqual((root.get("tests"), root.get("failures")), ("1", "1"))

    def test_a_hanging_scenario_is_ended_at_its_limit_and_leaves_nothing_behind(self) -> None:
        self.add("hanging", *HANGING)
        began = time.monotonic()
        code, lines = self.grade("--time-limit", "2", "--timeline", self.folder / "timelines")
        self.assertLess(time.monotonic() - began, 15)
        text = "\n".join(lines)
        self.assertEqual(code, 1)
        self.assertIn("did not end within its time limit of 2 s", text)
        self.assertNotIn("left processes behind", text)
        picture = (self.folder / "timelines" / "hanging.svg").read_text("utf-8")
        self.assertIn(">failed<", picture, "not even without a wrong answer does it say passed")
        self.assertIn("ended by SIGTERM", picture)
        self.assertEqual(leftovers.running(self.remove_kept_folder(text)), [])

    def test_a_pattern_selects_and_list_only_lists(self) -> None:
        self.add("grid/one", *GOOD)
        self.add("grid/two", *BAD)
        self.assertEqual(self.grade("--list"), (0, ["grid/one", "grid/two"]))
        self.assertEqual(self.grade("-k", "*one")[0], 0)

    def test_each_run_of_a_repeated_scenario_is_counted_and_drawn(self) -> None:
        self.add("good", "# points: 4\n" + GOOD[0], GOOD[1])
        self.add("bad", *BAD)
        table, pictures = self.folder / "results.csv", self.folder / "timelines"
        code, lines = self.grade("--repeat", "2", "--csv", table, "--timeline", pictures)
        text = "\n".join(lines)
        for part in text.split("--- all of it is in ")[1:]:
            self.addCleanup(shutil.rmtree, Path(part.splitlines()[0]))
        self.assertEqual((code, lines[-3:]), (1, [
            "failed: bad (2 of 2 runs)", "points: 4 of 5", "2 passed, 2 failed, 0 skipped",
        ]), text)
        rows = [line.split(",")[:4] for line in table.read_text("utf-8").splitlines()]
        self.assertEqual(rows, [
            ["scenario", "run", "points", "of"], ["bad", "1", "0", "1"], ["bad", "2", "0", "1"],
            ["good", "1", "4", "4"], ["good", "2", "4", "4"],
        ])
        self.assertEqual(sorted(path.name for path in pictures.iterdir()),
                         ["bad-run1.svg", "bad-run2.svg", "good-run1.svg", "good-run2.svg"])
        self.assertIn("expected alive 0,1<", (pictures / "bad-run1.svg").read_text("utf-8"))
        self.assertIn(">passed<", (pictures / "good-run2.svg").read_text("utf-8"))

    def test_an_input_without_output_fails(self) -> None:
        self.add("lonely", *GOOD)
        (self.scenarios / "lonely.output").unlink()
        code, lines = self.grade()
        self.assertEqual(code, 1)
        self.assertIn("its expected output cannot be read", "\n".join(lines))

    def test_ctrl_c_ends_what_runs_and_leaves_nothing_behind(self) -> None:
        for name in ("one", "two", "three"):
            self.add(name, *HANGING)
        command = [sys.executable, "grading.py", "--scenarios", str(self.scenarios), "--binary", str(BINARY), "-j", "2"]
        grading = Background(command, self.folder / "grading")
        self.addCleanup(grading.close)
        mine = f"scenarios/*-{grading.process.pid}"

        def nodes() -> int:
            return sum(len(self.nodes(folder)) for folder in paths.RUN.glob(mine))

        self.wait_for(lambda: nodes() == 4, "the nodes of two scenarios")
        self.assertEqual(grading.end(signal.SIGINT), 128 + signal.SIGINT, grading.err)
        self.assertEqual(list(paths.RUN.glob(mine)), [])

    def remove_kept_folder(self, text: str) -> Path:
        """Checks that a failure told where everything is, and tidies up."""
        marker = "--- all of it is in "
        self.assertIn(marker, text)
        folder = Path(text.split(marker)[1].splitlines()[0])
        self.assertTrue(folder.is_dir())
        self.addCleanup(shutil.rmtree, folder)
        return folder


if __name__ == "__main__":
    unittest.main()
