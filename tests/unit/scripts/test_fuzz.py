"""scripts.testing.fuzz: what is kept is always run, all of it, and a finding is a failure. With made-up targets."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List, Tuple
from unittest import mock

from scripts.testing import fuzz
from scripts.testing.files import ROOT
from scripts.testing.results import Case, Outcome
from tests.fuzz.make_seeds import seeds

# Answers as the fuzzer does: it runs all files of its folders and says how many; merges into the first folder.
MADE_UP = f"""#!{sys.executable}
import shutil, sys
from pathlib import Path
folders = [Path(each) for each in sys.argv[1:] if not each.startswith("-")]
with open(Path(__file__).with_suffix(".calls"), "a") as calls:
    print(*sys.argv[1:], file=calls)
merging = "-set_cover_merge=1" in sys.argv
for folder in folders[merging:]:
    for path in folder.iterdir():
        if not merging and b"bad" in path.read_bytes():
            sys.exit("Test unit written to crashes/x")
        if merging and b"fewer" in path.read_bytes():
            shutil.copy(path, folders[0])
print("stat::number_of_executed_units: 7")
"""


class FuzzTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sources = Path(folder.name) / "sources"
        self.tree = Path(folder.name) / "tree"
        for path in ("corpus/made_up/first", "corpus/made_up/second", "regressions/made_up/a-mended-fault", "made_up.cc"):
            (self.sources / path).parent.mkdir(parents=True, exist_ok=True)
            (self.sources / path).write_text(path)
        (self.sources / "corpus/made_up/second").write_text("fewer")
        self.binary = self.tree / "tests" / "fuzz" / "fuzz_made_up"
        self.binary.parent.mkdir(parents=True)
        self.binary.write_text(MADE_UP)
        os.chmod(self.binary, 0o755)
        for patch in (mock.patch.object(fuzz, "SOURCES", self.sources),
                      mock.patch.object(fuzz, "seeds", lambda: {"made_up": [b"one", b"two"]})):
            patch.start()
            self.addCleanup(patch.stop)

    def fuzz(self, *arguments: str) -> Tuple[int, str]:
        command = ["fuzz", "--seconds", "1", "--tree", str(self.tree), *arguments]
        said = io.StringIO()
        with mock.patch.object(sys, "argv", command), contextlib.redirect_stdout(said):
            return fuzz.main(), said.getvalue()

    def calls(self) -> List[str]:
        return self.binary.with_suffix(".calls").read_text().splitlines()

    def test_seeds_corpus_and_regressions_are_run_whole_before_new_inputs(self) -> None:
        code, said = self.fuzz()
        self.assertEqual(code, 0, said)
        self.assertIn("5 kept inputs, then 7 runs", said)
        first, second = self.calls()
        self.assertIn("-runs=0", first)
        self.assertNotIn("-max_len", first)
        self.assertIn("-seed=1", second)
        for call in (first, second):
            for kept in ("/seeds", "corpus/made_up", "regressions/made_up"):
                self.assertIn(kept, call)

    def test_a_finding_among_any_of_the_kept_fails(self) -> None:
        for path in ("corpus/made_up/first", "regressions/made_up/a-mended-fault"):
            with self.subTest(path):
                before = (self.sources / path).read_text()
                (self.sources / path).write_text("bad")
                code, said = self.fuzz()
                self.assertEqual(code, 1)
                self.assertIn("to replay: ", said)
                self.assertIn("1 targets, 1 failed", said)
                (self.sources / path).write_text(before)
        with mock.patch.object(fuzz, "seeds", lambda: {"made_up": [b"one", b"bad"]}):
            self.assertEqual(self.fuzz()[0], 1)

    def test_what_is_missing_fails(self) -> None:
        def missing(what: str) -> None:
            code, said = self.fuzz()
            self.assertEqual(code, 1)
            self.assertIn(what, said)

        with mock.patch.object(fuzz, "seeds", lambda: {"another": [b"one"]}):
            missing("has no seeds of made_up")
        for path in (self.sources / "corpus/made_up").iterdir():
            path.unlink()
        missing("there is no corpus")
        self.binary.unlink()
        missing("is not built")

    def test_one_that_does_not_end_fails(self) -> None:
        self.binary.write_text(f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
        with mock.patch.object(fuzz, "REPLAY_S", 0.2):
            code, said = self.fuzz()
        self.assertEqual(code, 1)
        self.assertIn("did not end in time", said)

    def test_keeping_cuts_the_corpus_down_and_leaves_the_regressions(self) -> None:
        self.assertEqual(self.fuzz("--keep")[0], 0)
        self.assertEqual([path.name for path in (self.sources / "corpus/made_up").iterdir()], ["second"])
        self.assertTrue((self.sources / "regressions/made_up/a-mended-fault").is_file())

    def test_a_corpus_is_not_touched_by_a_run_that_found_something(self) -> None:
        (self.sources / "corpus/made_up/first").write_text("bad")
        self.assertEqual(self.fuzz("--keep")[0], 1)
        self.assertEqual(len(list((self.sources / "corpus/made_up").iterdir())), 2)

    def test_the_results_are_written_down(self) -> None:
        cases: List[Case] = []
        with mock.patch.object(fuzz, "write_junit", lambda path, suite, written: cases.extend(written)):
            self.fuzz("--junit", "results.xml")
        self.assertEqual([(case.name, case.outcome) for case in cases], [("fuzz made_up", Outcome.PASSED)])


class TargetsTest(unittest.TestCase):
    def test_each_target_has_seeds_and_each_folder_of_inputs_a_target(self) -> None:
        folder = ROOT / "tests" / "fuzz"
        targets = fuzz.targets()
        self.assertEqual(sorted(seeds()), targets)
        built = (folder / "CMakeLists.txt").read_text()
        for target in targets:
            self.assertIn(f"buzzer_fuzz({target} ", built)
        for inputs in (folder / "corpus", folder / "regressions"):
            self.assertLessEqual({path.name for path in inputs.iterdir()}, set(targets))


if __name__ == "__main__":
    unittest.main()
