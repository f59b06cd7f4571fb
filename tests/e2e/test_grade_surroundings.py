"""grading.py --process: what it leaves behind, whom it disturbs, and what it refuses before anything runs."""

from __future__ import annotations

import os
import signal
import socket
import unittest

from tests.e2e.submission_test import ALONE, Graded, SubmissionTest, copied, grade, program, running


class StandsAroundTest(SubmissionTest):
    """What does not depend on how a program behaves in a scenario."""

    def test_a_crash_kills_a_group_and_so_not_a_daemon_as_in_the_lab(self) -> None:
        self.add("crash", ("0 start 1 {0}\n0 crash\n0 start 1 {0}\n0 alive\n", "alive 0\n"))
        submission = copied(self.folder, "daemon")
        (submission / "stopall").unlink()
        done = grade(self.folder, submission, "--as-the-lab", "--patience", 0.3)
        self.assertIn("there is no ./stopall", done.out)
        self.assertIn("outside their groups, and left by ./stopall", done.out)
        self.assertEqual(running(submission.parent), [], "nothing is left")

    def test_ctrl_c_ends_what_runs_and_keeps_what_is_known_while_nobody_else_has_the_ports(self) -> None:
        self.add("first", ("0 start 1 {0}\n0 alive\n", "alive 0\n"))
        self.add("long", ("0 start 1 {0}\nsleep 600000\n", ""))
        submission = copied(self.folder, "right")
        grading = self.begin(submission, "--as-the-lab", "--patience", 0.3)
        self.wait_for(lambda: "[1/2]" in grading.out and running(submission), "the second scenario")
        rows = Graded(0, "", "", self.folder).rows()
        self.assertEqual([row["scenario"] for row in rows], ["first"], "each result is kept when it is known")
        other = self.folder / "other"
        other.mkdir()
        (other / "scenarios").symlink_to(self.folder / "scenarios")
        refused = grade(other, submission)
        self.assertEqual((refused.code, refused.out), (2, ""))
        self.assertIn(f"another grading (pid {grading.process.pid}) uses port {self.block.control(0)}", refused.err)
        self.assertEqual(grading.end(signal.SIGINT), 128 + signal.SIGINT, grading.err)
        self.assertEqual(running(submission), [])
        rows = Graded(0, "", "", self.folder).rows()
        self.assertEqual([(row["scenario"], row["result"] == "not run") for row in rows], [("first", False), ("long", True)])
        self.assertEqual((rows[1]["points"], rows[1]["reason"]), ("", "ended by SIGINT"))
        self.assertIn(" of 2, and 1 of them not decided", grading.out)
        self.assertIn("not run: long\npoints: ", grading.out)

    def test_ctrl_c_while_stopall_takes_its_time_leaves_nothing_behind(self) -> None:
        """The nodes and the stopall itself once went on for ever."""
        self.add("short", ("0 start 1 {0}\n0 alive\n", "alive 0\n"))
        submission = copied(self.folder, "right")
        program(submission / "stopall", "touch stopping; exec sleep 600")
        grading = self.begin(submission, "--as-the-lab", "--patience", 0.3)
        self.wait_for((submission / "stopping").exists, "./stopall runs")
        self.assertEqual(grading.end(signal.SIGTERM), 128 + signal.SIGTERM, grading.err)
        self.assertEqual(running(submission), [])

    def test_a_build_that_fails_earns_nothing_and_leaves_nothing_behind(self) -> None:
        self.add("alone", ALONE)
        submission = copied(self.folder, "right")
        program(submission / "build", "setsid sleep 600 & echo node.py:7: syntax error; exit 3")
        (self.folder / "results.csv").write_text("of an earlier grading, which passed")
        done = grade(self.folder, submission)
        self.assertEqual((done.code, done.out), (2, "failed: alone\npoints: 0 of 1\n0 passed, 1 failed, 0 skipped\n"))
        self.assertIn("./build ended with exit code 3\n    node.py:7: syntax error", done.err)
        row = done.rows()[0]
        self.assertEqual((row["points"], row["reason"]),
                         ("0", "it does not build: ./build ended with exit code 3 | node.py:7: syntax error"))
        self.assertEqual(running(submission), [])

    def test_results_that_could_not_be_written_are_found_before_anything_runs(self) -> None:
        self.add("alone", ALONE)
        (self.folder / "results.csv").mkdir()
        done = grade(self.folder, copied(self.folder, "right"))
        self.assertEqual((done.code, done.out), (2, ""))
        self.assertIn("results.csv: Is a directory", done.err)

    def test_a_port_that_is_taken_costs_no_points_and_names_who_holds_it(self) -> None:
        self.add("alone", ALONE)
        self.listen()
        done = grade(self.folder, copied(self.folder, "right"))
        self.assertEqual(done.code, 2)
        row = done.rows()[0]
        self.assertEqual((row["points"], row["result"]), ("", "not run"))
        self.assertIn(f"port {self.block.control(0)} is taken by pid {os.getpid()} (", row["reason"])

    def test_answers_of_somebody_else_on_the_port_count_for_nothing(self) -> None:
        self.add("alone", ALONE)
        submission = copied(self.folder, "right")
        program(submission / "process", "touch started; exec sleep 600")
        grading = self.begin(submission, "--as-the-lab", "--patience", 0.3)
        self.wait_for((submission / "started").exists, "./process runs")
        self.listen()
        self.assertEqual(grading.process.wait(20), 2, grading.out)
        row = Graded(0, "", "", self.folder).rows()[0]
        self.assertEqual(row["result"], "not run")
        self.assertIn(f"port {self.block.control(0)} was taken by pid {os.getpid()} (", row["reason"])

    def test_a_script_that_nobody_could_pass_is_refused_by_name(self) -> None:
        submission = copied(self.folder, "right")
        for script, complaint in (
            (("0 start 1 {0}\npartition 0 | 1\n", ""), "it is not a script of the lab: it.input:2"),
            (("0 start 1 {0}\n1 get\n", "messages\n"), "no program could pass it: it.input:2: node 1 does not run"),
        ):
            self.add("it", script)
            done = grade(self.folder, submission)
            self.assertEqual(done.code, 2)
            self.assertIn(complaint, done.err)

    def test_a_script_with_the_line_ends_of_windows_is_told_so(self) -> None:
        self.add("alone", ALONE)
        submission = copied(self.folder, "right")
        program(submission / "process", "true")
        (submission / "process").write_bytes(b"#!/bin/sh\r\ntrue\r\n")
        done = grade(self.folder, submission)
        self.assertIn("./process cannot be run: No such file or directory (", done.rows()[0]["reason"])
        self.assertIn("Windows line ends?", done.rows()[0]["reason"])

    def test_a_folder_without_process_is_refused(self) -> None:
        self.add("alone", ALONE)
        done = grade(self.folder, self.folder)
        self.assertEqual(done.code, 2)
        self.assertIn(f"there is no program {self.folder}/process", done.err)

    def listen(self) -> None:
        """On the port of node 0, and says nothing."""
        self.addCleanup(socket.create_server(("127.0.0.1", self.block.control(0))).close)


if __name__ == "__main__":
    unittest.main()
