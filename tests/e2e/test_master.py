"""The master against real nodes: failures, signals, and what remains."""

import json
import signal
import sys
import time
import unittest
from pathlib import Path

from master import leftovers, paths
from master.control_client import ControlClient, ControlError
from master.layout import Layout
from master.grid import Grid
from master.ports import acquire
from tests.e2e.support import BINARY, GridTest, ask

THREE = "0 start 3 10000\n1 start 3 10001\n2 start 3 10002\n"


class MasterTest(GridTest):
    def test_answers_are_printed_in_script_order(self) -> None:
        done = self.master(THREE + "1 broadcast hello there\n1 mark\n0 get\n2 alive\n")
        self.assertEqual(done.stdout, "marked 0,2\nmessages hello there\nalive 0,1,2\n", done.stderr)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_no_sleep_hides_in_start_and_crash(self) -> None:
        began = time.monotonic()
        done = self.master(THREE + "1 crash\n1 start 3 10001\n0 alive\n")
        self.assertEqual((done.returncode, done.stdout), (0, "alive 0,1,2\n"), done.stderr)
        self.assertLess(time.monotonic() - began, 3.0, "the lab's sleeps alone would be 13 s")

    def test_a_malformed_line_fails_before_anything_runs(self) -> None:
        done = self.master("0 start 1 10000\n0 jump\n0 start 1\n")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("stdin:3: expected `<id> start <n> <port>`", done.stderr)
        self.assertFalse((self.folder / "master").exists())

    def test_a_failing_line_is_named(self) -> None:
        for script, message in (
            ("0 get\n", "stdin:1: node 0 does not run"),
            ("0 start 1 10000\n0 start 1 10000\n", "stdin:2: node 0 already runs"),
            ("0 start 1 10000\n0 pause\n0 get\n", "stdin:3: node 0 is paused"),
            ("0 start 1 10000\n\nwait 50 0 alive 0,1\n", "stdin:3: waited 50 ms for node 0 to answer `alive 0,1`"),
            ("0 start 1 10000\n0 crash\n0 crash\n", "stdin:3: node 0 does not run"),
            ("0 start 1 10000\n0 wipe\n", "stdin:2: node 0 runs: crash or stop it before its data is wiped"),
            ("0 start 1 10000\n0 answer\n", "stdin:2: node 0 owes no answer: nothing was sent to it"),
            ("0 start 1 10000\n0 send alive\n0 crash\n0 start 1 10000\n0 answer\n", "stdin:5: node 0 owes no answer"),
            ("0 start 1 10000\n0 as Bob edit #1 x\n", "stdin:2: there is no buzz #1: no answer has shown a buzz"),
        ):
            with self.subTest(script=script):
                done = self.master(script)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(message, done.stderr)

    def test_answers_to_sent_lines_come_in_the_order_of_the_lines(self) -> None:
        done = self.master(THREE + "0 send as Bob register\n1 send alive\n0 send mark\n0 answer\n0 answer\n1 answer\n")
        self.assertEqual(done.stdout, "registered Bob\nmarked 1,2\nalive 0,1,2\n", done.stderr)

    def test_a_sent_line_is_under_way_while_others_are_answered(self) -> None:
        done = self.master(THREE + "1 pause\n0 send mark\n0 get\n0 alive\n1 resume\n0 answer\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines()[0], "messages ")
        self.assertRegex(done.stdout.splitlines()[2], "^marked ")

    def test_a_line_sent_to_a_frozen_node_is_answered_when_it_goes_on(self) -> None:
        done = self.master("0 start 1 10000\n0 pause\n0 send as Bob register\n0 resume\n0 answer\n")
        self.assertEqual((done.returncode, done.stdout), (0, "registered Bob\n"), done.stderr)

    def test_a_block_that_was_sent_counts_like_any_other(self) -> None:
        done = self.master("0 start 2 10000\n0 send block 1\n0 answer\n1 start 2 10001\n0 alive\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "ok\nalive 0\n", ""))

    def test_a_wipe_removes_the_data_and_keeps_the_log(self) -> None:
        one = "0 start 1 10000\n"
        done = self.master(f"{one}0 as Bob register\n0 crash\n0 wipe\n{one}0 users\n0 stop\n0 wipe\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "registered Bob\nusers \n", ""))
        folder = self.folder / "master" / "node-0"
        self.assertEqual([path.name for path in folder.iterdir()], ["node.log"])
        self.assertEqual((folder / "node.log").read_text("utf-8").count(" node: started"), 2)

    def test_the_data_outlives_nodes_but_not_the_scenario(self) -> None:
        (self.folder / "a.input").write_text("0 start 1 10000\n0 as Bob register\n0 crash\n0 start 1 10000\n0 users\n")
        before = set((paths.RUN / "scenarios").glob("a-*"))
        for _ in range(2):
            done = self.run_program(sys.executable, "master.py", self.folder / "a.input", "--ports", "auto",
                                    "--binary", BINARY)
            self.assertEqual((done.returncode, done.stdout), (0, "registered Bob\nusers Bob\n"), done.stderr)
        self.assertEqual(set((paths.RUN / "scenarios").glob("a-*")) - before, set())

    def test_a_run_folder_that_is_given_keeps_the_data(self) -> None:
        for answer in ("registered Bob", "error name_taken: that name is taken"):
            done = self.master("0 start 1 10000\n0 as Bob register\n")
            self.assertEqual((done.returncode, done.stdout), (0, answer + "\n"), done.stderr)

    def test_the_control_port_authorizes_the_master_by_the_token_file(self) -> None:
        done = self.master("0 start 1 10000\n0 status\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        status = json.loads(done.stdout)
        self.assertEqual((status["id"], status["grid_size"], status["alive"]), (0, 1, [0]))

    def test_sigterm_and_sigint_end_the_master_with_all_its_nodes(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number.name):
                master = self.begin_master(THREE + "0 alive\nsleep 600000\n")
                self.wait_for(lambda: master.out == "alive 0,1,2\n", "the nodes run")
                self.assertEqual(master.end(number), 128 + number, master.err)
                self.assertEqual(leftovers.running(self.folder), [])

    def test_a_frozen_node_is_ended_too(self) -> None:
        done = self.master("0 start 2 10000\n1 start 2 10001\n1 pause\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_lost_master_harms_nothing(self) -> None:
        master = self.begin_master(THREE + "0 broadcast kept\n0 mark\nsleep 600000\n")
        self.wait_for(lambda: master.out == "marked 1,2\n", "the nodes run")
        master.end(signal.SIGKILL)
        nodes = self.nodes()
        self.assertEqual(len(nodes), 3)
        words = Path(f"/proc/{nodes[2].pid}/cmdline").read_text().split("\0")
        port = int(words[words.index("--control-port") + 1])
        token = self.folder / "master" / "node-2" / "token"
        self.assertEqual(ask(port, token, "alive"), "alive 0,1,2")
        self.assertEqual(ask(port, token, "get"), "messages kept")
        self.assertEqual(len(self.nodes()), 3)
        done = self.run_program(paths.ROOT / "killall.sh", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_several_masters_run_side_by_side(self) -> None:
        script = THREE + "{0} broadcast {0}\n{0} mark\n0 get\nsleep 600000\n"
        masters = [self.begin_master(script.format(i), f"master-{i}") for i in range(3)]
        for i, master in enumerate(masters):
            self.wait_for(lambda: "messages" in master.out, "the answers", timeout=20)
            self.assertEqual(master.out.splitlines()[1], f"messages {i}")
        for master in masters:
            self.assertEqual(master.end(), 128 + signal.SIGTERM, master.err)

    def test_a_node_that_dies_by_itself_fails_the_run(self) -> None:
        master = self.begin_master("0 start 2 10000\n1 start 2 10001\n0 alive\nsleep 1000\n1 alive\n")
        self.wait_for(lambda: master.out == "alive 0,1\n", "the nodes run")
        leftovers_of_one = leftovers.kill_all(self.folder / "master" / "node-0")
        self.assertEqual(leftovers_of_one, [])
        self.assertEqual(master.process.wait(10), 1)
        self.assertIn("node 0 ended by itself: signal SIGKILL", master.err)

    def test_an_unknown_program_is_named(self) -> None:
        done = self.run_program(sys.executable, "master.py", "--binary", "/nonexistent/buzzer", stdin="exit\n")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no program /nonexistent/buzzer", done.stderr)


class ControlClientTest(GridTest):
    def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one(self) -> None:
        with acquire() as block:
            grid = Grid(Layout(BINARY, self.folder, block), self.fail)
            self.addCleanup(grid.stop_all)
            grid.start(0, 1, 10000)
            client = ControlClient(block.control(0), self.folder / "node-0" / "token")
            self.addCleanup(client.close)
            self.assertEqual(client.ask("alive", time.monotonic() + 5), "alive 0")
            grid.pause(0)
            with self.assertRaisesRegex(ControlError, "in time"):
                client.ask("get", time.monotonic() + 0.05)
            grid.resume(0)
            self.assertEqual(client.ask("alive", time.monotonic() + 5), "alive 0")

    def test_a_wrong_token_is_an_error(self) -> None:
        with acquire() as block:
            grid = Grid(Layout(BINARY, self.folder, block), self.fail)
            self.addCleanup(grid.stop_all)
            grid.start(0, 1, 10000)
            wrong = self.folder / "wrong"
            wrong.write_text("0123456789abcdef\n")
            with self.assertRaisesRegex(ControlError, "refused the token"):
                ask(block.control(0), wrong, "status")


if __name__ == "__main__":
    unittest.main()
