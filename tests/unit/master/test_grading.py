import contextlib
import io
import unittest
import xml.etree.ElementTree as ElementTree

from master import junit, readiness, scenario
from master.difference import difference, visible
from master.grading_options import parse_arguments, selected


class ComparisonTest(unittest.TestCase):
    def test_white_space_around_the_whole_text_does_not_count(self) -> None:
        self.assertIsNone(difference("alive 0\nmessages \n", "\nalive 0\nmessages \n\n"))
        self.assertIsNone(difference("alive 0\nmessages", "alive 0\nmessages \n"))

    def test_white_space_inside_counts_and_is_shown(self) -> None:
        for found, shown in (("alive 0 ", "'alive 0 '"), ("alive 0\r", "'alive 0\\r'"), ("alive\u00a00", "'alive\\xa00'")):
            told = difference("alive 0\nmessages", f"{found}\nmessages") or ""
            self.assertIn(f"line 1 differs in what cannot be seen: expected 'alive 0', found {shown}", told)

    def test_a_difference_is_shown_as_a_unified_diff(self) -> None:
        self.assertEqual(difference("alive 0,1\n", "alive 0\n"), "--- expected\n+++ found\n@@ -1 +1 @@\n-alive 0,1\n+alive 0")
        self.assertEqual(difference("", "alive 0\n"), "--- expected\n+++ found\n@@ -0,0 +1 @@\n+alive 0")

    def test_a_huge_answer_is_shown_around_the_place_where_it_differs(self) -> None:
        found = "messages " + "x" * 900_000
        told = difference(found[:450_000] + "HERE" + found[450_000:], found) or ""
        self.assertLess(len(told), 3_000)
        self.assertIn("xxHERExx", told)
        self.assertIn("(900009 characters)", told)

    def test_what_a_terminal_would_obey_is_shown_as_an_escape(self) -> None:
        self.assertEqual(visible("a\tb\nc\r\x1b[2J\0 ’日本\u202e"), "a\tb\nc\\r\\x1b[2J\\x00 ’日本\\u202e")

    def test_sanitizer_reports_are_recognized(self) -> None:
        for log in (
            "==1==ERROR: AddressSanitizer: heap-use-after-free", "WARNING: ThreadSanitizer: data race (pid=1)",
            "==1==ERROR: LeakSanitizer: detected memory leaks", "x.cc:3:5: runtime error: signed integer overflow",
        ):
            self.assertTrue(scenario.sanitizer_report(f"fine\n{log}\n"))
        self.assertFalse(scenario.sanitizer_report("level=info started\nlevel=error cannot bind\n"))


class SelectionTest(unittest.TestCase):
    NAMES = ["grid/cut", "grid/partition", "lab/crash"]

    def test_without_patterns_all_are_selected(self) -> None:
        self.assertEqual(selected(self.NAMES, []), self.NAMES)

    def test_a_pattern_is_a_part_of_the_name_or_a_glob(self) -> None:
        self.assertEqual(selected(self.NAMES, ["part"]), ["grid/partition"])
        self.assertEqual(selected(self.NAMES, ["grid/*"]), ["grid/cut", "grid/partition"])
        self.assertEqual(selected(self.NAMES, ["cut", "lab/"]), ["grid/cut", "lab/crash"])
        self.assertEqual(selected(self.NAMES, ["nothing"]), [])


class OptionsTest(unittest.TestCase):
    def test_numbers_that_make_no_sense_are_refused(self) -> None:
        for words in (["--patience", "0"], ["--patience=-1"], ["--patience", "nan"], ["--patience", "inf"], ["--time-limit", "0"]):
            with self.subTest(words=words), contextlib.redirect_stderr(io.StringIO()) as told, self.assertRaises(SystemExit):
                parse_arguments(words)
            self.assertIn("expected a number above 0", told.getvalue())
        self.assertEqual(parse_arguments(["--patience", "0.5"]).patience, 0.5)


class JunitTest(unittest.TestCase):
    def test_passes_failures_and_skips_are_counted(self) -> None:
        text = junit.document("scenarios", [
            junit.Case("a", 1.25), junit.Case("b", 0.5, failure="first <line>\nsecond"),
            junit.Case("c", 0, skipped="not here"),
        ])
        root = ElementTree.fromstring(text)
        self.assertEqual({name: root.get(name) for name in ("tests", "failures", "skipped", "time")},
                         {"tests": "3", "failures": "1", "skipped": "1", "time": "1.750"})
        failure = root.find("testcase[@name='b']/failure")
        assert failure is not None
        self.assertEqual((failure.get("message"), failure.text), ("first <line>", "first <line>\nsecond"))

    def test_what_xml_cannot_hold_is_replaced(self) -> None:
        root = ElementTree.fromstring(junit.document("s", [junit.Case("a", 0, failure="\x1b[31m\x00\ud800 red 🐝")]))
        self.assertEqual(root.findtext("testcase/failure"), "?[31m?? red 🐝")


class AliveAnswerTest(unittest.TestCase):
    def test_ids_are_read(self) -> None:
        self.assertEqual(readiness.parse_alive("alive 0,12,3"), {0, 3, 12})

    def test_anything_else_is_refused(self) -> None:
        for answer in ("error unknown command: alive", "messages 0", "alive x", ""):
            with self.subTest(answer=answer), self.assertRaises(ValueError):
                readiness.parse_alive(answer)


class OwedAnswerTest(unittest.TestCase):
    def test_streams_are_read(self) -> None:
        self.assertEqual(readiness.parse_owed("owed nothing"), [])
        self.assertEqual(readiness.parse_owed("owed 3>0 7,3>63 1"), [(3, 0), (3, 63)])

    def test_anything_else_is_refused(self) -> None:
        for answer in ("error unavailable", "owed", "owed ", "owed 3", "owed 3>x 1", ""):
            with self.subTest(answer=answer), self.assertRaises(ValueError):
                readiness.parse_owed(answer)


if __name__ == "__main__":
    unittest.main()
