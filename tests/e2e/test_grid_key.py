"""The grid key: where it comes from, which files are refused, and that it parts grids that do not share it."""

import stat
import unittest
from pathlib import Path
from typing import Dict

from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

KEY = "00112233445566778899aabbccddeeff" * 2
OTHER_KEY = "ff" * 32
WHY = "the grid keys differ; give every node the same --grid-key-file"


class GridKeyTest(GridTest):
    def key_file(self, name: str, content: str, mode: int = 0o600) -> Path:
        path = self.folder / name
        path.write_text(content, "ascii")
        path.chmod(mode)
        return path

    def test_a_local_grid_makes_its_key_at_first_start_and_keeps_it(self) -> None:
        nodes = Nodes(self, 3).start_all()
        path = self.folder / "grid.key"
        made = path.read_text("ascii")
        self.assertRegex(made, "^[0-9a-f]{64}\n$")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        nodes.stop_all()
        nodes.start_all()
        self.assertEqual(path.read_text("ascii"), made)
        names = sorted(each.name for each in self.folder.iterdir())
        self.assertEqual(names, ["grid.key", "node-0", "node-1", "node-2"], "one key for all, and nothing else")

    def test_nodes_that_are_given_the_same_key_see_each_other(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(0, f"--grid-key-file={self.key_file('one', KEY)}")
        nodes.start(1, f"--grid-key-file={self.key_file('two', KEY.upper() + chr(10))}")
        nodes.wait_whole()
        self.assertFalse((self.folder / "grid.key").exists())

    def test_a_key_file_that_cannot_serve_ends_the_node_and_is_named_without_its_content(self) -> None:
        bad: Dict[str, Path] = {
            "No such file": self.folder / "missing",
            "Is a directory": self.folder,
            "others can read the grid key": self.key_file("readable-by-all", KEY, 0o644),
            "chmod 600": self.key_file("readable-by-the-group", KEY, 0o640),
        }
        for name, content in (("short", KEY[:62]), ("long", KEY + "00"), ("empty", ""), ("letters", KEY[:63] + "x")):
            bad[f"{name} is not a grid key: 64 hexadecimal digits"] = self.key_file(name, content)
        nodes = Nodes(self, 1)
        for told, path in bad.items():
            with self.subTest(path=path.name):
                done = self.run_program(*nodes.options(0, f"--grid-key-file={path}").command(), timeout=10)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("--grid-key-file", done.stderr)
                self.assertIn(str(path), done.stderr)
                self.assertIn(told, done.stderr)
                self.assertNotIn(KEY[:16], done.stderr)
                self.assertFalse((self.folder / "missing").exists(), "only the default file is ever made")

    def test_nodes_with_different_keys_never_see_each_other_and_each_says_why_once(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(0, f"--grid-key-file={self.key_file('one', KEY)}")
        nodes.start(1, f"--grid-key-file={self.key_file('two', OTHER_KEY)}")
        for node in range(2):
            self.wait_for(lambda: nodes.log_lines(node, WHY), f"node {node} says why")
        # Node 1 dials again and again meanwhile.
        nodes.stays(1.5, {0: "0", 1: "1"})
        for node in range(2):
            self.assertEqual(len(nodes.log_lines(node, WHY)), 1, "at most once a minute")
            self.assertEqual(nodes.log_lines(node, "peer is up"), [])

    def test_a_node_that_is_given_the_right_key_joins_after_all(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(0, f"--grid-key-file={self.key_file('one', KEY)}")
        nodes.start(1, f"--grid-key-file={self.key_file('two', OTHER_KEY)}")
        self.wait_for(lambda: nodes.log_lines(1, WHY), "node 1 is refused")
        nodes.kill(1)
        nodes.start(1, f"--grid-key-file={self.folder / 'one'}")
        nodes.wait_whole()


if __name__ == "__main__":
    unittest.main()
