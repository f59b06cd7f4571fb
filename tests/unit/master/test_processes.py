import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from master import holder, pid_file
from master.node_process import NodeOptions, describe_exit

TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2710 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:2710 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
   2: 0100007F:2711 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
"""


class HolderTest(unittest.TestCase):
    def test_only_the_listening_socket_of_the_port_counts(self) -> None:
        self.assertEqual(holder.listening_inodes(TABLE, 10000), {"4711"})
        self.assertEqual(holder.listening_inodes(TABLE, 3000), set())

    def test_finds_this_process_as_the_holder_of_its_port(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            found = holder.find(port)
            self.assertIsNotNone(found)
            assert found is not None
            self.assertEqual(found.pid, os.getpid())
            self.assertFalse(holder.is_free(port))
        self.assertIsNone(holder.find(port))
        self.assertTrue(holder.is_free(port))


class PidFileTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "pid")

    def test_a_program_name_with_spaces_and_parentheses_does_not_mislead(self) -> None:
        fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20 21"
        stat = pid_file.parse_stat(f"42 (a) b (c) 1 2 3) {fields}\n")
        self.assertEqual((stat.state, stat.start_time), ("S", 987654))

    def test_own_pid_file_names_a_live_process(self) -> None:
        pid_file.write_own(self.path)
        process = pid_file.read_alive(self.path)
        self.assertIsNotNone(process)
        assert process is not None
        self.assertEqual(process.pid, os.getpid())
        pid_file.remove_own(self.path)
        self.assertFalse(self.path.exists())

    def test_a_recycled_pid_is_not_the_process(self) -> None:
        self.path.write_text(f"{os.getpid()} 1\n")
        self.assertIsNone(pid_file.read_alive(self.path))

    def test_an_ended_process_that_nobody_reaped_is_not_alive(self) -> None:
        child = subprocess.Popen(["sleep", "60"])
        stat = pid_file.parse_stat(Path(f"/proc/{child.pid}/stat").read_text())
        process = pid_file.ProcessId(child.pid, stat.start_time)
        self.assertTrue(process.alive())
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.assertFalse(process.alive())
        child.wait()

    def test_garbled_and_missing_files_name_nobody(self) -> None:
        self.assertIsNone(pid_file.read(self.path))
        for text in ("", "12", "x y\n", "1 2 3\n"):
            self.path.write_text(text)
            self.assertIsNone(pid_file.read(self.path))


class NodeOptionsTest(unittest.TestCase):
    def test_every_option_stands_on_the_command_line(self) -> None:
        options = NodeOptions(
            Path("/b/buzzer"), 1, 3, Path("/r/node-1"), grid="g", mesh_port=11001, control_port=11065,
            peers={2: 11002, 0: 11000}, extra=["--ephemeral"],
        )
        self.assertEqual(
            " ".join(options.command()),
            "/b/buzzer node --id 1 --grid-size 3 --grid g --run-folder /r/node-1 --mesh-port 11001 "
            "--control-port 11065 --peer 0=127.0.0.1:11000 --peer 2=127.0.0.1:11002 --ephemeral",
        )

    def test_an_end_is_described_in_words(self) -> None:
        self.assertEqual(describe_exit(3), "exit code 3")
        self.assertEqual(describe_exit(-11), "signal SIGSEGV")


if __name__ == "__main__":
    unittest.main()
