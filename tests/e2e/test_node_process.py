"""A node as a process: how it stops, what it refuses to share, and what it writes into its log."""

import json
import os
import signal
import socket
import stat
import unittest
from datetime import datetime, timezone

from master import pid_file
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

ORDERLY_STOP_S = 1.0


class NodeStopTest(GridTest):
    def test_sigterm_and_sigint_end_a_node_in_order_within_a_second(self) -> None:
        nodes = Nodes(self, 2).start_all()
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number.name):
                process = nodes.hand_over(0)
                os.kill(process.pid, number)
                self.assertIsNone(process.finish_stop(ORDERLY_STOP_S))
                self.assertIn("stopping", nodes.log(0)[-2])
                self.assertIn("stopped", nodes.log(0)[-1])
                self.assertFalse((self.folder / "node-0" / "pid").exists(), "its pid file is gone")
                self.wait_for(lambda: nodes.ask(1, "alive") == "alive 1", "the other node sees it")
                nodes.start(0)
                nodes.wait_whole()

    def test_stop_on_the_control_port_is_answered_and_ends_it_in_order(self) -> None:
        nodes = Nodes(self, 1).start_all()
        self.assertEqual(nodes.ask(0, "stop"), "ok")
        process = nodes.hand_over(0)
        self.wait_for(lambda: process.ended() is not None, "its end", ORDERLY_STOP_S)
        self.assertEqual(process.ended(), "exit code 0")

    def test_it_stops_in_order_while_masters_are_connected_and_half_way_through_a_line(self) -> None:
        nodes = Nodes(self, 2).start_all()
        nodes.freeze(1)
        for line in (b"mark\n", b"broadcast half a li", b"get\n" * 1000):
            master = socket.create_connection(("127.0.0.1", nodes.control_port(0)))
            self.addCleanup(master.close)
            master.sendall(f"auth {nodes.token(0)}\n".encode() + line)
        process = nodes.hand_over(0)
        os.kill(process.pid, signal.SIGTERM)
        self.assertIsNone(process.finish_stop(ORDERLY_STOP_S))
        nodes.thaw(1)


class NodeFolderTest(GridTest):
    def test_a_second_node_on_the_same_run_folder_is_refused_and_disturbs_nothing(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(0)
        nodes.wait_whole()
        command = [word.replace("node-1", "node-0") for word in nodes.options(1).command()]
        second = self.run_program(*command, timeout=10)
        self.assertEqual((second.returncode, second.stdout), (1, ""))
        self.assertIn(f"node-0 is in use by process {nodes.pid(0)}", second.stderr)
        process = pid_file.read_alive(self.folder / "node-0" / "pid")
        self.assertEqual(process and process.pid, nodes.pid(0))
        self.assertEqual(json.loads(nodes.ask(0, "status"))["pid"], nodes.pid(0), "the token is still its own")

    def test_a_taken_port_ends_it_with_exit_code_1_and_is_named(self) -> None:
        nodes = Nodes(self, 2)
        for port in (nodes.mesh_port(0), nodes.control_port(0)):
            with self.subTest(port=port), socket.create_server(("127.0.0.1", port)):
                done = self.run_program(*nodes.options(0).command(), timeout=10)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(f"127.0.0.1:{port}: Address already in use", done.stderr)
                self.assertFalse((self.folder / "node-0" / "pid").exists())

    def test_a_run_folder_that_cannot_be_made_is_named(self) -> None:
        (self.folder / "file").write_text("in the way")
        nodes = Nodes(self, 1)
        command = [word.replace("node-0", "file/node-0") for word in nodes.options(0).command()]
        done = self.run_program(*command, timeout=10)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.folder / "file" / "node-0"), done.stderr)

    def test_the_token_is_for_its_owner_alone_and_new_at_each_start(self) -> None:
        nodes = Nodes(self, 1).start_all()
        tokens = {nodes.token(0)}
        self.assertEqual(stat.S_IMODE((self.folder / "node-0" / "token").stat().st_mode), 0o600)
        nodes.kill(0)
        nodes.start_all()
        tokens.add(nodes.token(0))
        self.assertEqual(stat.S_IMODE((self.folder / "node-0" / "token").stat().st_mode), 0o600)
        self.assertEqual(len(tokens), 2)
        for token in tokens:
            self.assertRegex(token, "^[0-9a-f]{64}$")


class NodeLogTest(GridTest):
    def test_json_lines_parse_and_say_when_how_grave_who_and_what(self) -> None:
        nodes = Nodes(self, 2, "--log-format=json", "--log-level=trace").start_all()
        with socket.create_connection(("127.0.0.1", nodes.mesh_port(0))) as stranger:
            stranger.sendall(b"\xff" * 100)
        self.wait_for(lambda: nodes.log_lines(0, "connection refused"), "the stranger is refused")
        self.assertEqual(nodes.ask(0, "block 1"), "ok")
        nodes.stop_all()
        for node in range(2):
            entries = [json.loads(line) for line in nodes.log(node)]
            self.assertGreater(len(entries), 3)
            for entry in entries:
                self.assertEqual(entry["node"], node)
                self.assertIn(entry["level"], ("trace", "debug", "info", "warn", "error"))
                self.assertTrue(entry["component"] and entry["message"], entry)
                age = datetime.now(timezone.utc) - datetime.strptime(entry["time"], "%Y-%m-%dT%H:%M:%S.%f%z")
                self.assertTrue(0 <= age.total_seconds() < 60, entry)
            self.assertEqual(entries[-1]["message"], "stopped")

    def test_lines_for_people_say_the_same(self) -> None:
        nodes = Nodes(self, 2).start_all()
        nodes.stop_all()
        time_and_level = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (trace|debug|info|warn|error) +"
        for line in nodes.log(1):
            self.assertRegex(line, time_and_level + r"node=1 \w+: \w")

    def test_no_secret_and_no_text_is_in_a_log_even_at_the_most_talkative_level(self) -> None:
        nodes = Nodes(self, 2, "--log-level=trace").start_all()
        nodes.tell(0, "broadcast a-text-for-the-room")
        self.assertEqual(nodes.ask(0, "mark"), "marked 1")
        self.assertEqual(nodes.ask(1, "get"), "messages a-text-for-the-room")
        wrong_token = "0123456789abcdef" * 4
        self.assertEqual(nodes.ask(1, f"auth {wrong_token}"), "error wrong token")
        self.assertEqual(nodes.ask(1, "an-unknown-line"), "error unknown command: an-unknown-line")
        secrets = ["a-text-for-the-room", wrong_token, "an-unknown-line", nodes.token(0), nodes.token(1)]
        secrets.append((self.folder / "grid.key").read_text("ascii").strip())
        nodes.stop_all()
        for node in range(2):
            self.assertTrue(nodes.log_lines(node, "peer is up"))
            for secret in secrets:
                self.assertEqual(nodes.log_lines(node, secret[:16]), [])


if __name__ == "__main__":
    unittest.main()
