"""killall.sh ends what is ours and nothing else."""

import os
import shutil
import signal
import subprocess
import unittest
from pathlib import Path

from master import paths, pid_file
from tests.e2e.support import GridTest

KILLALL = paths.ROOT / "killall.sh"
THREE = "0 start 3 10000\n1 start 3 10001\n2 start 3 10002\n0 alive\n"


def entry_of(pid: int) -> str:
    """What a pid file of this process holds."""
    stat = pid_file.parse_stat(Path(f"/proc/{pid}/stat").read_text("utf-8"))
    return f"{pid} {stat.start_time}\n"


class KillallTest(GridTest):
    def innocent(self, *command: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(command or ("sleep", "600"))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def killall(self) -> "subprocess.CompletedProcess[str]":
        return self.run_program(KILLALL, self.folder)

    def test_a_master_and_its_nodes_are_ended_in_order(self) -> None:
        master = self.begin_master(THREE + "sleep 600000\n")
        self.wait_for(lambda: master.out == "alive 0,1,2\n", "the nodes run")
        done = self.killall()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(f"ended pid {master.process.pid} ", done.stdout)
        self.assertEqual(master.process.wait(10), 128 + signal.SIGTERM, master.err)
        self.assertEqual(self.nodes(), [])

    def test_nodes_of_a_lost_master_are_ended_frozen_ones_too(self) -> None:
        master = self.begin_master(THREE + "1 pause\nwait 5000 0 alive 0,2\nsleep 600000\n")
        self.wait_for(lambda: master.out == "alive 0,1,2\nalive 0,2\n", "the nodes run, one frozen")
        master.end(signal.SIGKILL)
        self.assertEqual(len(self.nodes()), 3)
        done = self.killall()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.nodes(), [])
        self.assertEqual(list(self.folder.rglob("*pid")), [], "stale pid files are gone")

    def test_a_process_that_ignores_sigterm_is_killed(self) -> None:
        ready = self.folder / "ready"
        stubborn = self.innocent("bash", "-c", f"trap '' TERM; touch {ready}; while :; do sleep 0.1; done")
        self.wait_for(ready.exists, "it ignores SIGTERM")
        (self.folder / "pid").write_text(entry_of(stubborn.pid))
        done = self.killall()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(stubborn.wait(5), -signal.SIGKILL)

    def test_a_recycled_pid_and_a_process_without_pid_file_are_left_alone(self) -> None:
        bystander = self.innocent()
        recycled = self.innocent()
        (self.folder / "node-0").mkdir()
        stale = self.folder / "node-0" / "pid"
        stale.write_text(f"{recycled.pid} 1\n")
        done = self.killall()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("nothing of this project is running", done.stdout)
        self.assertIsNone(bystander.poll())
        self.assertIsNone(recycled.poll())
        self.assertFalse(stale.exists(), "the stale pid file is removed")

    def test_pid_files_of_dead_processes_do_not_stop_it_from_ending_the_rest(self) -> None:
        """The first version fell silent at the first pid file whose process was gone."""
        for name, text in (("a", f"{2 ** 22 - 1} 5\n"), ("c", "garbled\n"), ("d", "")):
            (self.folder / name).mkdir()
            (self.folder / name / "pid").write_text(text)
        process = self.innocent()
        (self.folder / "b").mkdir()
        (self.folder / "b" / "pid").write_text(entry_of(process.pid))
        done = self.killall()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(process.wait(5), -signal.SIGTERM)

    def test_a_program_name_with_parentheses_does_not_hide_a_process(self) -> None:
        program = self.folder / "a) b (c"
        shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
        process = self.innocent(str(program), "600")
        self.wait_for(lambda: b"a) b (c" in Path(f"/proc/{process.pid}/stat").read_bytes(), "the program runs")
        (self.folder / "pid").write_text(entry_of(process.pid))
        self.assertEqual(self.killall().returncode, 0)
        self.assertEqual(process.wait(5), -signal.SIGTERM)

    def test_without_an_argument_it_looks_in_the_run_folder_beside_it(self) -> None:
        checkout = self.folder / "check out"
        (checkout / "run" / "local" / "node-0").mkdir(parents=True)
        shutil.copy(KILLALL, checkout)
        process = self.innocent()
        (checkout / "run" / "local" / "node-0" / "pid").write_text(entry_of(process.pid))
        done = self.run_program(checkout / "killall.sh")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(process.wait(5), -signal.SIGTERM)

    def test_nothing_to_end_is_no_error(self) -> None:
        os.rmdir(self.folder)
        self.assertEqual(self.killall().returncode, 0)
        self.folder.mkdir()


if __name__ == "__main__":
    unittest.main()
