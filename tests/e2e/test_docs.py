"""The examples of docs/scenarios.md do what it says."""

import re
import unittest

from master import paths
from tests.e2e.support import GridTest, master_command

PAGE = paths.ROOT / "docs" / "scenarios.md"
EXAMPLE = re.compile(r"```scenario\n(.*?)```\s+```output\n(.*?)```", re.DOTALL)


class DocsTest(GridTest):
    def test_every_example_prints_the_output_below_it(self) -> None:
        text = PAGE.read_text("utf-8")
        examples = list(EXAMPLE.finditer(text))
        self.assertEqual(len(examples), text.count("```scenario\n"), "each example has its output right below it")
        self.assertGreater(len(examples), 3)
        for example in examples:
            line = text[:example.start()].count("\n") + 1
            with self.subTest(line=line):
                done = self.run_program(*master_command(self.folder / f"line-{line}"), stdin=example[1])
                self.assertEqual((done.returncode, done.stdout.strip()), (0, example[2].strip()), done.stderr)


if __name__ == "__main__":
    unittest.main()
