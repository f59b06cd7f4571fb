"""scripts/check_includes, run on small made-up trees."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Dict, Tuple

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "check_includes"

GOOD = {
    "base/ids.h": "#pragma once\n#include <string>\n",
    "proto/link.proto": 'syntax = "proto3";\n',
    "linkmgr/link_manager.h": '#pragma once\n#include "base/ids.h"\n#include "proto/link.pb.h"\n',
    "linkmgr/link_manager.cc": '#include "linkmgr/link_manager.h"\n',
    "node/room/room.h": '#pragma once\n#include "base/ids.h"\n',
    "node/control/control.h": '#pragma once\n#include "proto/link.pb.h"\n',
    "node/node.cc": '#include "linkmgr/link_manager.h"\n#include "node/control/control.h"\n',
    "tests/unit/linkmgr/link_test.cc": '#include "linkmgr/link_manager.h"\n#include <gtest/gtest.h>\n',
}


def check(files: Dict[str, str]) -> Tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, str(SCRIPT), "--root", folder], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


class CheckIncludesTest(unittest.TestCase):
    def assert_refused(self, name: str, text: str, *expected: str) -> None:
        code, output = check({**GOOD, name: text})
        self.assertEqual(code, 1, output)
        for part in (name, *expected):
            self.assertIn(part, output)

    def test_a_tree_in_order_passes(self) -> None:
        code, output = check(GOOD)
        self.assertEqual(code, 0, output)

    def test_an_empty_tree_fails(self) -> None:
        self.assertEqual(check({})[0], 1)

    def test_linkmgr_must_not_include_node(self) -> None:
        text = '#include "node/room/room.h"\n'
        self.assert_refused("linkmgr/bad.cc", text, ":1:", "linkmgr must not include node/room")

    def test_base_includes_nothing_of_ours(self) -> None:
        self.assert_refused("base/bad.cc", '\n#include "proto/link.pb.h"\n', ":2:", "nothing of ours")

    def test_room_must_not_include_control(self) -> None:
        self.assert_refused("node/room/bad.cc", '#include "node/control/control.h"\n', "node/room must not")

    def test_nor_control_room(self) -> None:
        self.assert_refused("node/control/bad.cc", '#include "node/room/room.h"\n', "node/control must not")

    def test_nobody_includes_tests(self) -> None:
        code, output = check({**GOOD, "tests/fake.h": "#pragma once\n", "node/bad.cc": '#include "tests/fake.h"\n'})
        self.assertEqual(code, 1)
        self.assertIn("node must not include tests", output)

    def test_relative_includes(self) -> None:
        self.assert_refused("linkmgr/bad.cc", '#include "../base/ids.h"\n', "relative")

    def test_includes_not_from_the_root(self) -> None:
        self.assert_refused("linkmgr/bad.cc", '#include "link_manager.h"\n', "root")

    def test_our_headers_in_angle_brackets(self) -> None:
        self.assert_refused("linkmgr/bad.cc", "#include <base/ids.h>\n", "ours")

    def test_missing_headers(self) -> None:
        self.assert_refused("linkmgr/bad.cc", '#include "base/none.h"\n', "does not exist")

    def test_generated_headers_need_their_proto(self) -> None:
        self.assert_refused("linkmgr/bad.cc", '#include "proto/none.pb.h"\n', "does not exist")

    def test_headers_without_pragma_once(self) -> None:
        self.assert_refused("base/bad.h", "// #pragma once\n", "#pragma once")

    def test_folders_outside_the_table(self) -> None:
        self.assert_refused("node/misc/bad.cc", "", "not in the table")
        self.assert_refused("utils/bad.cc", "", "not in the table")

    def test_cycles_between_folders(self) -> None:
        code, output = check({**GOOD, "base/bad.cc": '#include "linkmgr/link_manager.h"\n'})
        self.assertEqual(code, 1)
        self.assertIn("circle: base -> linkmgr -> base", output)


if __name__ == "__main__":
    unittest.main()
