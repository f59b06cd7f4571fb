"""`buzzer trace` and `buzzer audit`, for people and for programs, on a grid of real nodes."""

import json
import shutil
import subprocess
import threading
import time
import unittest
from typing import Any, Dict, List

from master.control_client import ControlClient
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.support import BINARY, GridTest

PROVEN, BROKEN, UNPROVEN, UNREACHABLE = 0, 1, 3, 3
SETTLED_MS = round(DEADLINE_S * 1000)


class InspectingTest(GridTest):
    """Ann is at home at node 1, Bob at node 2, Cora at node 0."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3).start_all()
        self.ann, self.bob, self.cora = (self.user_at(node) for node in (1, 2, 0))

    def ask(self, line: str, node: int = 0) -> str:
        return self.grid.ask(node, line)

    def user_at(self, node: int) -> str:
        name = next(name for number in range(1000)
                    if self.ask(f"home {(name := f'user{number}')}").split()[1] == str(node))
        self.assertEqual(self.ask(f"as {name} register"), f"registered {name}")
        return name

    def shard_of(self, user: str) -> int:
        return int(self.ask(f"home {user}").split()[3])

    def post(self, user: str, text: str) -> str:
        answer = self.ask(f"as {user} post {text}")
        self.assertTrue(answer.startswith("posted "), answer)
        return answer.split()[1]

    def settle(self) -> None:
        self.assertEqual(self.ask(f"settle {SETTLED_MS}"), "settled")

    def run_buzzer(self, *arguments: str, node: int = 0) -> "subprocess.CompletedProcess[str]":
        folder = self.folder / f"node-{node}"
        return self.run_program(BINARY, *arguments, "--run-folder", folder, timeout=6 * DEADLINE_S)

    def audit(self, expected: int, node: int = 0) -> Dict[str, Any]:
        done = self.run_buzzer("audit", "--json", node=node)
        self.assertEqual(done.returncode, expected, done.stdout + done.stderr)
        return dict(json.loads(done.stdout))

    def test_a_trace_follows_a_buzz_to_who_reads_it(self) -> None:
        self.assertEqual(self.ask(f"as {self.bob} follow {self.ann}"), f"followed {self.ann}")
        buzz = self.post(self.ann, f"hello @{self.cora}")
        self.settle()
        for node in range(3):
            done = self.run_buzzer("trace", buzz, node=node)
            self.assertEqual(done.returncode, PROVEN, done.stderr)
            self.assertIn(f"Buzz {buzz} of {self.ann}, version 1", done.stdout)
            self.assertIn(f"committed at shard {self.shard_of(self.ann)} (node 1)", done.stdout)
            for reader, home in ((self.bob, 2), (self.cora, 0)):
                self.assertRegex(done.stdout, rf"shard {self.shard_of(reader)} \(node {home}\): taken, version 1, at .* ms after")
        trace = json.loads(self.run_buzzer("trace", buzz, "--json").stdout)
        self.assertEqual({there["state"] for there in trace["shards"]}, {"taken"})
        self.assertEqual({there["node"] for there in trace["shards"]}, {0, 2})
        for there in trace["shards"]:
            self.assertEqual([arrival["time_ms"] for arrival in there["arrivals"]], [there["taken_ms"]])

    def test_a_trace_of_no_buzz_says_so(self) -> None:
        buzz = self.post(self.ann, "hello")
        done = self.run_buzzer("trace", str(int(buzz) + 64))
        self.assertEqual(done.returncode, BROKEN)
        self.assertIn("no such buzz", done.stderr)
        for wrong in ("0", "-1", "x", "18446744073709551616"):
            done = self.run_buzzer("trace", wrong)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(wrong, done.stderr)

    def test_a_trace_shows_who_is_owed_a_buzz_while_away(self) -> None:
        self.assertEqual(self.ask(f"as {self.bob} follow {self.ann}"), f"followed {self.ann}")
        self.settle()
        self.grid.kill(2)
        buzz = self.post(self.ann, "while you are away")
        trace = json.loads(self.run_buzzer("trace", buzz, "--json").stdout)
        self.assertEqual([(there["node"], there["state"]) for there in trace["shards"]], [(2, "silent")])
        self.grid.start(2)
        self.grid.wait_whole()
        self.settle()
        done = self.run_buzzer("trace", buzz)
        self.assertIn(f"shard {self.shard_of(self.bob)} (node 2): taken", done.stdout)

    def test_an_audit_proves_what_was_delivered_and_says_what_it_looked_at(self) -> None:
        self.assertEqual(self.ask(f"as {self.bob} follow {self.ann}"), f"followed {self.ann}")
        buzzes = [self.post(self.ann, f"number {number} #topic") for number in range(5)]
        self.ask(f"as {self.ann} delete {buzzes[0]}")
        self.ask(f"as {self.ann} edit {buzzes[1]} changed")
        self.settle()
        for node in range(3):
            found = self.audit(PROVEN, node)
            self.assertEqual((found["verdict"], found["shards"], found["buzzes"], found["follows"]), ("proven", 64, 5, 1))
            self.assertEqual((found["broken"], found["pending"], found["silent"]), ([], 0, []))
        done = self.run_buzzer("audit")
        self.assertEqual(done.returncode, PROVEN)
        self.assertIn("Looked at 5 buzzes", done.stdout)
        self.assertTrue(done.stdout.endswith("All that was owed has been delivered.\n"), done.stdout)

    def test_an_audit_without_a_node_proves_nothing_and_names_its_shards(self) -> None:
        self.assertEqual(self.ask(f"as {self.bob} follow {self.ann}"), f"followed {self.ann}")
        self.settle()
        self.grid.kill(2)
        found = self.audit(UNPROVEN)
        self.assertEqual({place["node"] for place in found["silent"]}, {2})
        self.assertIn(self.shard_of(self.bob), [place["shard"] for place in found["silent"]])
        done = self.run_buzzer("audit")
        self.assertEqual(done.returncode, UNPROVEN)
        self.assertIn(f"No answer from shard {self.shard_of(self.bob)} (node 2).", done.stdout)

    def test_a_grid_in_use_is_audited_and_never_called_broken(self) -> None:
        self.assertEqual(self.ask(f"as {self.bob} follow {self.ann}"), f"followed {self.ann}")
        enough = threading.Event()
        failures: List[str] = []

        def write() -> None:
            buzzes: List[str] = []
            number = 0
            while not enough.is_set():
                number += 1
                if number % 5 == 0:
                    line = f"as {self.ann} edit {buzzes[number % len(buzzes)]} changed {number}"
                elif number % 7 == 0:
                    line = f"as {self.cora} {'unfollow' if number % 2 else 'follow'} {self.ann}"
                else:
                    line = f"as {self.ann} post number {number} for @{self.cora} #topic"
                answer = self.grid.ask(1, line)
                if answer.startswith("error"):
                    failures.append(answer)
                elif answer.startswith("posted"):
                    buzzes.append(answer.split()[1])

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(3):
                done = self.run_buzzer("audit", "--json")
                self.assertIn(done.returncode, (PROVEN, UNPROVEN), done.stdout)
        finally:
            enough.set()
            writer.join()
        self.assertEqual(failures, [])
        self.settle()
        self.audit(PROVEN)

    def test_a_node_makes_four_audits_at_a_time_and_idle_masters_take_no_place(self) -> None:
        masters = [ControlClient(self.grid.control_port(0), self.folder / "node-0" / "token") for _ in range(5)]
        for master in masters:
            self.addCleanup(master.close)
        for master in masters:
            self.assertEqual(master.ask("audit", time.monotonic() + DEADLINE_S), "audit proven")
        self.grid.freeze(2)  # what it is asked now waits, until its link is given up
        deadline = time.monotonic() + DEADLINE_S
        tickets = [master.send("audit", deadline) for master in masters]
        answers = [master.answer(ticket, deadline) for master, ticket in zip(masters, tickets)]
        self.grid.thaw(2)
        self.assertEqual(sum(answer == "error unavailable" for answer in answers), 1, answers)
        self.assertEqual(sum(answer.startswith("audit unproven silent ") for answer in answers), 4, answers)
        self.grid.wait_whole()
        self.assertEqual(masters[answers.index("error unavailable")].ask("audit", time.monotonic() + DEADLINE_S), "audit proven")

    def test_a_wiped_store_shows_in_streams_that_began_anew(self) -> None:
        self.assertEqual(self.ask(f"as {self.bob} follow {self.ann}"), f"followed {self.ann}")
        self.post(self.ann, "hello")
        self.settle()
        self.grid.stop(2)
        shutil.rmtree(self.folder / "node-2" / "store")
        self.grid.start(2)
        self.grid.wait_whole()
        self.settle()
        found = self.audit(PROVEN)
        ann, bob = self.shard_of(self.ann), self.shard_of(self.bob)
        self.assertIn((ann, bob), [(stream["from"], stream["to"]) for stream in found["begun_anew"]])
        self.assertIn(f"The stream from shard {ann} to {bob} had to begin anew", self.run_buzzer("audit").stdout)


class NobodyThereTest(GridTest):
    def test_where_no_node_runs_nothing_can_be_asked(self) -> None:
        for command in (["audit"], ["trace", "5"]):
            done = self.run_program(BINARY, *command, "--run-folder", self.folder / "nowhere", timeout=10)
            self.assertEqual(done.returncode, UNREACHABLE)
            self.assertIn("no node can be asked: no node has run in", done.stderr)
            self.assertIn("--run-folder", done.stderr)
            done = self.run_program(BINARY, *command, "--grid", "no-such-grid", timeout=10)
            self.assertEqual(done.returncode, UNREACHABLE)
            self.assertIn("run/no-such-grid/node-", done.stderr)

    def test_a_frozen_node_is_passed_over_or_given_up(self) -> None:
        nodes = Nodes(self, 2).start_all()
        for node in range(2):
            (self.folder / "run" / "pair").mkdir(parents=True, exist_ok=True)
            (self.folder / "run" / "pair" / f"node-{node}").symlink_to(self.folder / f"node-{node}")
        nodes.freeze(0)
        done = subprocess.run([str(BINARY), "audit", "--grid", "pair", "--json"], cwd=self.folder, timeout=6 * DEADLINE_S,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, UNPROVEN, done.stderr)
        self.assertEqual({place["node"] for place in json.loads(done.stdout)["silent"]}, {0})
        done = self.run_program(BINARY, "audit", "--run-folder", self.folder / "node-0", timeout=DEADLINE_S)
        self.assertEqual(done.returncode, UNREACHABLE)
        self.assertIn("the node does not answer", done.stderr)
        nodes.thaw(0)

    def test_a_node_that_has_gone_is_named(self) -> None:
        nodes = Nodes(self, 1).start_all()
        nodes.stop(0)
        done = self.run_program(BINARY, "audit", "--run-folder", self.folder / "node-0", timeout=10)
        self.assertEqual(done.returncode, UNREACHABLE)
        self.assertIn("cannot reach its control port 127.0.0.1:", done.stderr)


if __name__ == "__main__":
    unittest.main()
