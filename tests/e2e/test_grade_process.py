"""grading.py --process, with small programs that are right, and wrong in every way that students find."""

from __future__ import annotations

import os
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Dict

from master import leftovers, paths, ports
from tests.e2e.submission_test import ALONE, CRASH, LAB, SVG, TALK, Graded, add, copied, grade, program, running, variant


@dataclass(frozen=True)
class Case:
    """What is graded, and how. Patience: how a program does must not depend on what else the machine has to do."""

    scripts: Dict[str, "tuple[str, str]"]
    options: "tuple[object, ...]" = ()
    copied: bool = False
    """One of the folders in submissions/, not a kind in variants.py."""


IT = {"it": ALONE}
AS_THE_LAB = ("--patience", 2, "--as-the-lab")
HURRIED = ("--patience", 2)
"""For what less waiting might hide, or do wrong to."""


class GradedTest(unittest.TestCase):
    """All are graded side by side, since nearly all of that is sleeping; those that take longest come first."""

    CASES = {
        "dies_later": Case(IT, HURRIED), "twice_later": Case(IT, HURRIED), "lazy": Case(IT, HURRIED),
        "slow_later": Case(IT, HURRIED), "hangs": Case(IT, AS_THE_LAB), "silent": Case({"it": TALK}, AS_THE_LAB),
        "right": Case({"talk": ("# points: 2.5\n" + TALK[0], TALK[1]), "crash": CRASH}, ("--patience", 3), copied=True),
        "daemon": Case({"it": TALK}, ("--patience", 3, "--repeat", 2), copied=True),
        "backwards": Case(IT, AS_THE_LAB), "dies": Case(IT, AS_THE_LAB), "floods": Case(IT, AS_THE_LAB),
        "windows": Case(IT, AS_THE_LAB), "absent": Case(IT, AS_THE_LAB), "forks": Case(IT, HURRIED),
    }
    results: Dict[str, "Future[Graded]"] = {}

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="buzzer-test-")
        cls.addClassCleanup(folder.cleanup)
        pool = ThreadPoolExecutor(10)
        cls.addClassCleanup(pool.shutdown)
        cls.results = {name: pool.submit(cls.grade, Path(folder.name) / name, name) for name in cls.CASES}
        if "BUZZER_BINARY" not in os.environ:
            cls.results["ours"] = pool.submit(cls.grade_ours, Path(folder.name) / "ours")

    @classmethod
    def grade(cls, folder: Path, name: str) -> Graded:
        folder.mkdir()
        case = cls.CASES[name]
        with ports.acquire() as block:
            for scenario, script in case.scripts.items():
                add(folder, block, scenario, script)
            return grade(folder, copied(folder, name) if case.copied else variant(folder, name), *case.options)

    @classmethod
    def grade_ours(cls, folder: Path) -> Graded:
        folder.mkdir()
        (folder / "scenarios").symlink_to(paths.SCENARIOS / "lab")
        return grade(folder, LAB, "--no-build", "--patience", 3, "-k", "messages_in_utf8", "-k", "crash_leaves_alive")

    # Right ones

    def test_a_program_in_the_foreground_passes_and_earns_its_points(self) -> None:
        done = self.results["right"].result()
        self.assertEqual((done.code, done.last), (0, "2 passed, 0 failed, 0 skipped"), done.out + done.err)
        self.assertIn("points: 3.5 of 3.5", done.out)
        self.assertEqual([(row["scenario"], row["points"], row["result"]) for row in done.rows()],
                         [("crash", "1", "passed"), ("talk", "2.5", "passed")])
        for name in ("talk", "crash"):
            root = ElementTree.parse(done.folder / "timelines" / f"{name}.svg").getroot()
            self.assertEqual(root.tag, f"{SVG}svg")
            self.assertIn("passed", [each.text for each in root.iter(f"{SVG}text")])

    def test_a_program_that_returns_at_once_is_ended_by_its_stopall_in_each_run(self) -> None:
        done = self.results["daemon"].result()
        self.assertEqual((done.code, done.last), (0, "2 passed, 0 failed, 0 skipped"), done.out + done.err)
        self.assertNotIn("left by ./stopall", done.out)
        self.assertEqual(running(done.folder), [])
        self.assertEqual([row["run"] for row in done.rows()], ["1", "2"])
        self.assertEqual(sorted(path.name for path in (done.folder / "timelines").iterdir()), ["it-run1.svg", "it-run2.svg"])

    def test_no_right_program_fails_for_being_slower_than_the_rehearsal_showed(self) -> None:
        done = self.results["slow_later"].result()
        self.assertEqual((done.code, done.last), (0, "1 passed, 0 failed, 0 skipped"), done.out + done.err)
        self.assertRegex(done.out, "right with .*; with shorter ones: it.input:6: node 0 answered `get` otherwise")

    @unittest.skipIf("BUZZER_BINARY" in os.environ, "scripts/lab/process runs build/release/buzzer")
    def test_our_own_nodes_pass_two_scenarios_of_the_lab(self) -> None:
        done = self.results["ours"].result()
        self.assertEqual((done.code, done.last), (0, "2 passed, 0 failed, 0 skipped"), done.out + done.err)
        self.assertEqual(leftovers.running(paths.RUN / "lab"), [])

    # Wrong ones

    def failed(self, kind: str) -> Graded:
        done = self.results[kind].result()
        self.assertEqual((done.code, done.last), (1, "0 passed, 1 failed, 0 skipped"), done.out + done.err)
        self.assertEqual(running(done.folder), [], "nothing is left")
        row = done.rows()[0]
        self.assertEqual((row["points"], row["of"], row["result"]), ("0", "1", "failed"))
        return done

    def answered_wrongly(self, kind: str, question: str, expected: str, found: str) -> None:
        done = self.failed(kind)
        self.assertIn(f"the first wrong answer is that to `{question}` (it.input:6)", done.out)
        self.assertIn(f"    -{expected}\n    +{found}", done.out)
        svg = (done.folder / "timelines" / "it.svg").read_text("utf-8")
        texts = [each.text or each[-1].tail for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]
        self.assertIn(f"expected {expected}", texts)
        self.assertIn('class="ring"', svg)

    def test_messages_that_never_reach_the_others(self) -> None:
        self.answered_wrongly("silent", "1 get", "messages hello", "messages")

    def test_messages_that_come_a_second_time_later(self) -> None:
        self.answered_wrongly("twice_later", "0 get", "messages one,two", "messages one,two,one,two")

    def test_answers_that_end_like_those_of_windows(self) -> None:
        done = self.failed("windows")
        self.assertIn("line 1 differs in what cannot be seen: expected 'alive 0', found 'alive 0\\r'", done.out)
        svg = (done.folder / "timelines" / "it.svg").read_text("utf-8")
        self.assertIn("expected 'alive 0'<", svg)
        self.assertNotIn('class="lost"', svg)

    def test_messages_in_the_wrong_order(self) -> None:
        self.answered_wrongly("backwards", "0 get", "messages one,two", "messages two,one")

    def test_an_answer_that_is_only_right_when_asked_twice(self) -> None:
        self.answered_wrongly("lazy", "0 get", "messages one,two", "messages")

    def test_a_node_that_dies_at_a_broadcast_shows_its_last_words(self) -> None:
        done = self.failed("dies")
        self.assertIn("node 0 closed the connection", done.out)
        self.assertIn("node 0: ./process ended with exit code 1", done.out)
        self.assertIn("IndexError: there is no one", done.out)
        svg = (done.folder / "timelines" / "it.svg").read_text("utf-8")
        self.assertIn("node 0 ended by itself: exit code 1", svg)

    def test_a_node_that_dies_before_the_lab_would_have_asked(self) -> None:
        done = self.failed("dies_later")
        self.assertIn("nobody listens on port", done.out)
        self.assertIn("    tired", done.out)

    def test_a_node_that_does_not_answer(self) -> None:
        self.assertIn("node 0 did not answer `get` within 10 s", self.failed("hangs").out)

    def test_an_answer_without_end_is_cut_off(self) -> None:
        self.assertIn("node 0 answered `get` with more than 1048576 bytes", self.failed("floods").out)

    def test_a_program_that_ends_at_once(self) -> None:
        done = self.failed("absent")
        self.assertIn("nobody listens on port", done.out)
        self.assertIn("KeyError: 'absent'", done.out)

    def test_children_outside_the_group_are_ended_and_noted(self) -> None:
        done = self.results["forks"].result()
        self.assertIn("outside their groups, and left by ./stopall: pid", done.out)
        self.assertIn("(sleep 600.5)", done.out)
        self.assertEqual(running(done.folder), [], "nothing is left")


if __name__ == "__main__":
    unittest.main()
