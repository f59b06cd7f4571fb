"""scripts/up.sh without its installing and building: python3 -m master.up."""

import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest
from dataclasses import replace
from typing import List, Tuple

from master import paths, pid_file
from master.local_grid import LocalGrid
from tests.e2e.http_get import get
from tests.e2e.support import BINARY, Background, GridTest, ask


class UpTest(GridTest):
    def command(self, *options: str) -> List[str]:
        fixed = ["--binary", str(BINARY), "--run-folder", str(self.folder)]
        ports = [] if "--ports" in options else ["--ports", "auto"]
        return [sys.executable, "-m", "master.up", *fixed, *ports, *options]

    def up(self, *options: str) -> Background:
        """Begins an attached grid and waits until it says that it is up."""
        background = Background(self.command(*options), self.folder / "up")
        self.addCleanup(background.close)
        self.wait_for(lambda: "Ctrl-C" in background.out or background.process.poll() is not None, "up", 20)
        self.assertIsNone(background.process.poll(), background.err)
        return background

    def killall(self) -> None:
        done = self.run_program(paths.ROOT / "killall.sh", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)

    def grid(self) -> LocalGrid:
        grid = LocalGrid.load(self.folder / "local")
        assert grid is not None
        return grid

    def ask(self, node: int, line: str) -> str:
        grid = self.grid()
        return ask(grid.control_port(node), grid.node_folder(node) / "token", line)

    def test_it_says_where_to_connect_and_each_node_sees_all_others(self) -> None:
        background = self.up("3")
        for node in range(3):
            self.assertIn(f"127.0.0.1:{self.grid().control_port(node)}", background.out)
            self.assertIn(f"http://127.0.0.1:{self.grid().client_port(node)}/", background.out)
            self.assertEqual(self.ask(node, "alive"), "alive 0,1,2")
        self.assertEqual(background.end(), 0, background.err)

    def test_ctrl_c_stops_the_grid_in_order_within_a_second_and_keeps_its_folders(self) -> None:
        background = self.up("3")
        nodes = self.nodes()
        began = time.monotonic()
        background.end(signal.SIGINT)
        self.assertLess(time.monotonic() - began, 1.0)
        self.assertIn("Stopped. Data and logs are kept.", background.out)
        self.assertEqual(background.err, "", "no node was slow or ended with another exit code than 0")
        self.assertEqual([node for node in nodes if node.alive()], [])
        for node in range(3):
            folder = self.folder / "local" / f"node-{node}"
            self.assertTrue((folder / "node.log").exists())
            self.assertFalse((folder / "pid").exists(), "a node that stops in order removes its pid file")

    def test_detach_leaves_the_grid_running_and_a_second_time_says_so(self) -> None:
        first = self.run_program(*self.command("2", "--detach"))
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(self.ask(1, "alive"), "alive 0,1")
        second = self.run_program(*self.command("2", "--detach"))
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertIn("already running", second.stdout)
        self.assertIn("killall.sh", second.stdout)
        other_size = self.run_program(*self.command("3", "--detach"))
        self.assertEqual(other_size.returncode, 1)
        self.assertIn("already runs with 2 nodes, not 3", other_size.stderr)
        self.killall()

    def test_a_web_client_is_served_by_every_node_and_named(self) -> None:
        web = self.folder / "web"
        web.mkdir()
        missing = self.run_program(*self.command("2", "--detach", "--web-root", str(web)))
        self.assertEqual(missing.returncode, 1)
        self.assertIn("scripts/build_web.sh", missing.stderr)
        (web / "index.html").write_text("<p>ours", "utf-8")
        first = self.run_program(*self.command("2", "--detach", "--web-root", str(web)))
        self.assertEqual(first.returncode, 0, first.stderr)
        for node in range(2):
            self.assertEqual(get(self.grid().client_port(node), "/@bob").body, "<p>ours")
        again = self.run_program(*self.command("2", "--detach"))
        for done in (first, again):
            self.assertIn(f"In a browser: http://127.0.0.1:{self.grid().client_port(0)}/", done.stdout)
        self.killall()

    def test_a_detached_grid_outlives_a_reader_that_goes_away(self) -> None:
        """`up.sh --detach | head -1` once ended with a stack trace."""
        starter = subprocess.Popen(
            self.command("2", "--detach"), cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert starter.stdout is not None
        starter.stdout.close()
        _, err = starter.communicate(timeout=20)
        self.assertEqual((starter.returncode, err), (0, b""))
        self.assertEqual(self.ask(1, "alive"), "alive 0,1")
        self.killall()

    def test_a_grid_of_which_a_part_was_killed_must_be_ended_first(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        victim = pid_file.read(self.folder / "local" / "node-0" / "pid")
        assert victim is not None
        self.kill(victim)
        again = self.run_program(*self.command("2", "--detach"))
        self.assertEqual(again.returncode, 1)
        self.assertIn("only 1 of its 2 nodes run", again.stderr)
        self.killall()

    def test_stale_pid_files_are_no_obstacle(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        for node in self.nodes():
            self.kill(node)
        self.assertTrue((self.folder / "local" / "node-0" / "pid").exists())
        again = self.run_program(*self.command("2", "--detach"))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.ask(0, "alive"), "alive 0,1")
        self.killall()

    def test_a_node_that_dies_is_told_of_and_the_others_keep_running(self) -> None:
        background = self.up("3")
        victim = pid_file.read(self.folder / "local" / "node-1" / "pid")
        assert victim is not None
        self.kill(victim)
        self.wait_for(lambda: "Node 1 ended by itself: signal SIGKILL" in background.out, "the news")
        self.wait_for(lambda: self.ask(0, "alive") == "alive 0,2", "the others see it")
        background.end()
        self.assertEqual(background.err, "")

    def test_a_taken_port_is_named_with_its_holder(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        base = self.grid().base
        self.killall()
        assert base is not None
        with socket.create_server(("127.0.0.1", base + 65)):
            done = self.run_program(*self.command("2", "--detach", "--ports", str(base)))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, rf"port {base + 65} is taken by pid \d+ \(.*python")
        self.assertEqual(self.nodes(), [])

    def test_fresh_wants_a_terminal_or_yes_and_wipes_only_then(self) -> None:
        self.assertEqual(self.run_program(*self.command("1", "--detach")).returncode, 0)
        running = self.run_program(*self.command("1", "--detach", "--fresh", "--yes"))
        self.assertEqual(running.returncode, 1, "never under a running grid")
        self.killall()
        mark = self.folder / "local" / "node-0" / "mark"
        mark.write_text("data")
        refused = self.run_program(*self.command("1", "--detach", "--fresh"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("add --yes", refused.stderr)
        self.assertTrue(mark.exists())
        wiped = self.run_program(*self.command("1", "--detach", "--fresh", "--yes"))
        self.assertEqual(wiped.returncode, 0, wiped.stderr)
        self.assertFalse(mark.exists())
        self.killall()

    def test_another_number_of_nodes_moves_the_data_once_somebody_has_said_yes(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        users = [f"user{number}" for number in range(12)]
        for user in users:
            self.assertEqual(self.ask(0, f"as {user} register"), f"registered {user}")
        posted = [self.ask(0, f"as {user} post of {user}") for user in users]
        self.killall()
        refused = self.run_program(*self.command("3", "--detach"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("has had 2 nodes, and shall have 3 now", refused.stdout)
        self.assertIn("add --yes, or start 2 nodes as before", refused.stderr)
        self.assertEqual(self.nodes(), [])

        said_no, said = self.on_terminal("no\n", "3", "--detach")
        self.assertEqual(said_no, 1, said)
        self.assertIn("nothing was moved, nothing was started", said)
        said_yes, said = self.on_terminal("yes\n", "3", "--detach")
        self.assertEqual(said_yes, 0, said)
        self.assertIn("had 2 nodes and has 3 nodes now", said)
        self.assertEqual(self.ask(2, "alive"), "alive 0,1,2")
        self.assertEqual([self.ask(2, f"author {user}").split("/")[0].split()[1] for user in users],
                         [answer.split()[1] for answer in posted])
        self.killall()

        back = self.run_program(*self.command("1", "--detach", "--yes"))
        self.assertEqual(back.returncode, 0, back.stderr)
        self.assertEqual(len(self.ask(0, "users user").split(",")), len(users))
        self.killall()
        again = self.run_program(*self.command("1", "--detach"))
        self.assertEqual((again.returncode, "reshard" in again.stdout), (0, False), "as many as last time")
        self.killall()

    def test_a_grid_resharded_by_hand_is_not_taken_for_one_that_never_was_whole(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        self.killall()
        folder = self.folder / "local"
        self.assertEqual(self.run_program(BINARY, "reshard", folder, "--to", "1").returncode, 0)
        refused = self.run_program(*self.command("2", "--detach"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("has had 1 node, and shall have 2 now", refused.stdout)

    def test_a_store_that_is_gone_is_not_replaced_by_an_empty_one(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        self.killall()
        shutil.rmtree(self.folder / "local/node-1/store")
        refused = self.run_program(*self.command("2", "--detach", "--yes"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("there is no store in", refused.stderr)
        self.assertIn("the grid was not started", refused.stderr)
        self.assertEqual(self.nodes(), [])

    def test_a_grid_that_never_was_whole_is_started_with_as_many_nodes_only(self) -> None:
        self.assertEqual(self.run_program(*self.command("2", "--detach")).returncode, 0)
        self.killall()
        shutil.rmtree(self.folder / "local/node-1/store")
        replace(self.grid(), whole=False).save()  # as an end amid the first start leaves it
        refused = self.run_program(*self.command("1", "--detach", "--yes"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("start 2 nodes, or wipe what there is with --fresh", refused.stderr)
        again = self.run_program(*self.command("2", "--detach"))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(self.grid().whole)
        self.killall()

    def on_terminal(self, typed: str, *options: str) -> Tuple[int, str]:
        """Runs it on a terminal where that is typed. Returns its exit code and all that the terminal showed."""
        master, terminal = pty.openpty()
        process = subprocess.Popen(
            self.command(*options), cwd=paths.ROOT, stdin=terminal, stdout=terminal, stderr=terminal
        )
        os.close(terminal)
        os.write(master, typed.encode())
        shown = b""
        with open(master, "rb", buffering=0) as screen:
            try:
                while chunk := screen.read(4096):
                    shown += chunk
            except OSError:  # so Linux says that nobody has the terminal open any more
                pass
        return process.wait(20), shown.decode()

    def test_bad_options_are_named_with_what_is_allowed(self) -> None:
        for options, message in ((["0"], "from 1 to 64"), (["65"], "from 1 to 64"), (["--grid", "../x"], "letters")):
            with self.subTest(options=options):
                done = self.run_program(*self.command(*options))
                self.assertEqual(done.returncode, 2)
                self.assertRegex(done.stderr, re.escape(message))

    def kill(self, process: pid_file.ProcessId) -> None:
        os.kill(process.pid, signal.SIGKILL)
        self.wait_for(lambda: not process.alive(), f"the end of {process}")


if __name__ == "__main__":
    unittest.main()
