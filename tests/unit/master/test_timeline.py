import time
import unittest
import xml.etree.ElementTree as ElementTree
from typing import List, Optional, Sequence, Union

from master import script
from master.expected import Expected
from master.timeline import rows as timeline_rows
from master.timeline import partings, svg
from master.timeline.deliveries import Delivery, count, deliveries
from master.timeline.events import Recorder, Timeline
from master.timeline.rows import ANSWER_CELLS, cells, fit
from master.timeline.style import side_colour

SVG = "{http://www.w3.org/2000/svg}"
STARTS = "0 start 3 10000\n1 start 3 10001\n2 start 3 10002\n"


def recorded(
    text: str, answers: Sequence[Union[str, None]], expected: Optional[str] = None, problem: Optional[str] = None
) -> Timeline:
    """A run in which each question got the next of `answers`; it ends with `problem`, if there is one."""
    commands = script.parse("x.input", text)
    recorder = Recorder(text, None if expected is None else Expected(expected))
    left = list(answers)
    done = 0
    for command in commands:
        recorder.begin(command)
        done += 1
        if isinstance(command, (script.Ask, script.WaitAlive)):
            if not left:
                recorder.fail(problem or "", answer_is_missing=True)
                break
            recorder.answer(left.pop(0) or "")
    passed = None if expected is None else problem is None and recorder.first_wrong() is None
    return recorder.timeline("x", passed, len(commands))


def found_deliveries(timeline: Timeline) -> List[Delivery]:
    return deliveries(timeline_rows.rows(timeline.steps))


def shown(timeline: Timeline) -> "tuple[str, list[str]]":
    """The document, and its texts."""
    document = svg.document(timeline)
    root = ElementTree.fromstring(document)
    texts = [each.text or each[-1].tail or "" for each in root.iter(f"{SVG}text")]
    return document, texts


class RecorderTest(unittest.TestCase):
    def test_each_step_knows_its_line_and_what_was_expected(self) -> None:
        timeline = recorded("0 start 1 10000\n\n# a word\n0 alive\n0 get\n", ["alive 0", "messages x"], "alive 0\nmessages")
        self.assertEqual([step.text for step in timeline.steps], ["0 start 1 10000", "0 alive", "0 get"])
        self.assertEqual([step.right for step in timeline.steps], [True, True, False])
        self.assertEqual(timeline.steps[2].expected, ["messages"])
        self.assertTrue(all(step.ended_s >= step.begun_s for step in timeline.steps))

    def test_the_lines_that_were_not_reached_are_counted(self) -> None:
        timeline = recorded("0 start 1 10000\n0 get\n0 alive\n0 alive\n", [], "messages\nalive 0\nalive 0", "no answer")
        self.assertEqual((len(timeline.steps), timeline.not_run), (2, 2))
        self.assertEqual(timeline.steps[1].problem, "no answer")
        self.assertEqual(timeline.steps[1].expected, ["messages"])


    def test_a_node_dies_once_in_each_life(self) -> None:
        text = "0 start 1 10000\n0 alive\n0 alive\n0 crash\n0 start 1 10000\n"
        recorder = Recorder(text)
        for command in script.parse("x.input", text):
            recorder.begin(command)
            if not isinstance(command, script.Crash):
                recorder.died(0, f"exit code {command.line}")
        self.assertEqual([step.died for step in recorder.steps], [{0: "exit code 1"}, {}, {}, {}, {0: "exit code 5"}])
        document, texts = shown(recorder.timeline("x", None, 5))
        self.assertIn("node 0 ended by itself: exit code 1", document)
        self.assertIn("found to have ended by itself", texts)


class DeliveriesTest(unittest.TestCase):
    def test_the_first_get_that_shows_a_message_is_where_it_had_arrived(self) -> None:
        timeline = recorded(STARTS + "0 broadcast hi\n1 get\n2 get\n1 get\n", ["messages hi", "messages ", "messages hi"])
        self.assertEqual(found_deliveries(timeline), [Delivery(0, 1, 3, 4, 1, 1)])

    def test_what_is_expected_and_not_there_is_missing(self) -> None:
        timeline = recorded(STARTS + "0 broadcast hi\n1 get\n", ["messages "], "messages hi")
        self.assertEqual(found_deliveries(timeline), [Delivery(0, 1, 3, 4, 1, 1, missing=True)])

    def test_a_burst_is_one_row_and_may_arrive_in_part(self) -> None:
        text = STARTS + "0 broadcast a\n0 broadcast b\n0 broadcast a\n1 get\n1 get\n"
        timeline = recorded(text, ["messages a,b", "messages a,b,a"])
        self.assertEqual([(each.seen, each.count, each.of) for each in found_deliveries(timeline)], [(4, 2, 3), (5, 1, 3)])
        self.assertEqual(found_deliveries(timeline)[0].label, "2 of 3")

    def test_a_new_life_owes_nothing_of_the_old(self) -> None:
        text = STARTS + "0 broadcast hi\n1 crash\n1 start 3 10001\n1 get\n"
        self.assertEqual(found_deliveries(recorded(text, ["messages "], "messages ")), [])

    def test_a_mark_tells_sooner(self) -> None:
        timeline = recorded(STARTS + "0 broadcast hi\n0 mark\n1 get\n2 get\n", ["marked 1", "messages hi", "messages hi"])
        self.assertEqual(found_deliveries(timeline),
                         [Delivery(0, 1, 3, 4, 1, 1, marked=True), Delivery(0, 2, 3, 6, 1, 1)])

    def test_of_two_equal_messages_a_node_shows_its_own(self) -> None:
        text = STARTS + "0 broadcast hi\n1 broadcast hi\n1 get\n0 get\n"
        timeline = recorded(text, ["messages hi", "messages hi"], "messages hi,hi\nmessages hi,hi")
        self.assertEqual(found_deliveries(timeline),
                         [Delivery(0, 1, 3, 5, 1, 1, missing=True), Delivery(1, 0, 4, 6, 1, 1, missing=True)])

    def test_what_came_with_white_space_too_much_has_come(self) -> None:
        timeline = recorded(STARTS + "0 broadcast hi\n1 get\n2 get\n", ["messages hi\r", "messages hi"], "messages hi\nmessages hi")
        self.assertEqual([each.missing for each in found_deliveries(timeline)], [False, False])

    def test_messages_with_commas_are_counted(self) -> None:
        self.assertEqual(count("messages a,b,c,a,b", "a,b"), 2)
        self.assertEqual(count("messages again,again", "again"), 2)
        self.assertEqual(count("alive 0,1", "0"), 0)


class RowsTest(unittest.TestCase):
    def test_texts_are_cut_to_their_width_in_columns(self) -> None:
        self.assertEqual(fit("short", 10), "short")
        self.assertEqual(fit("much too long", 8), "much to…")
        self.assertEqual(cells("日本語"), 6)
        self.assertLessEqual(cells(fit("日本語" * 9, 10)), 10)

    def test_an_answer_that_nobody_should_give_takes_no_time(self) -> None:
        """Cutting it once took time with the square of its length: days."""
        began = time.monotonic()
        for letter in ("h", "\u0301", ","):
            document = svg.document(recorded(STARTS + "0 broadcast hi\n1 get\n", ["messages " + letter * 900_000], "messages hi"))
            self.assertLess(len(document), 60_000)
        self.assertLess(time.monotonic() - began, 20)

    def test_a_wrong_answer_that_looks_right_is_in_quotes(self) -> None:
        for found, quoted in (("alive 0\r", "'alive 0\\r'"), ("alive 0 ", "'alive 0 '")):
            row = timeline_rows.rows(recorded(STARTS + "0 alive\n0 get\n", [found, "messages "], "alive 0\nmessages").steps)[-2]
            self.assertEqual((row.answers, row.expected), ([quoted], ["expected 'alive 0'"]))

    def test_a_long_wrong_answer_is_shown_where_it_differs(self) -> None:
        right = "messages " + ",".join(f"message {number}" for number in range(40))
        wrong = right.replace("message 30", "message x")
        row = timeline_rows.rows(recorded(STARTS + "0 get\n", [wrong], right).steps)[-1]
        self.assertIn("message x", row.answers[0])
        self.assertIn("message 30", row.expected[0])
        self.assertTrue(all(cells(text) <= ANSWER_CELLS for text in row.answers + row.expected))


class BandsTest(unittest.TestCase):
    """A second partition once ended the picture of the first."""

    def bands(self, text: str) -> "list[partings.Band]":
        return partings.bands(script.parse("x.input", text))

    def test_partitions_add_up_until_heal(self) -> None:
        self.assertEqual(self.bands("partition 0 | 1,2,3\npartition 1 | 2\nsleep 1\nheal\nsleep 1\npartition 0 | 1,2,3\n"), [
            (0, 1, {0: 0, 1: 1, 2: 1, 3: 1}), (1, 3, {0: 0, 1: 2, 2: 3, 3: 1}), (5, None, {0: 0, 1: 1, 2: 1, 3: 1}),
        ])

    def test_each_side_has_a_colour_of_its_own(self) -> None:
        self.assertEqual(self.bands("partition 0 | 1 | 2 | 3 | 4,5\n"), [(0, None, {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 4})])
        self.assertEqual(self.bands("partition 0 | 1\npartition 1 | 2\nheal\npartition 0 | 1 | 2\n")[-1], (3, None, {0: 0, 1: 1, 2: 2}))
        self.assertEqual(len({side_colour(side) for side in range(12)}), 12)


class SvgTest(unittest.TestCase):
    def test_it_says_what_was_done_and_answered(self) -> None:
        document, texts = shown(recorded(STARTS + "0 broadcast hi\nsleep 1000\n1 get\n", ["messages hi"], "messages hi"))
        for text in ("passed", "0 broadcast hi", "sleep 1000", "messages hi", "0", "1", "2"):
            self.assertIn(text, texts)
        self.assertEqual(document.count('class="message"'), 2, "one arrow, and one in the legend")
        self.assertNotIn("http", document.replace("http://www.w3.org/2000/svg", ""), "nothing is loaded")

    def test_a_wrong_answer_is_ringed_and_tells_what_was_expected(self) -> None:
        document, texts = shown(recorded(STARTS + "0 broadcast hi\n1 get\n", ["messages "], "messages hi"))
        self.assertIn("failed", texts)
        self.assertIn("expected messages hi", texts)
        self.assertEqual((document.count('class="ring"'), document.count('class="lost"')), (2, 2))

    def test_an_end_before_the_scripts_end_says_why(self) -> None:
        _, texts = shown(recorded(STARTS + "0 get\n0 alive\n", [], "messages\nalive 0", "node 0 closed the connection"))
        self.assertIn("node 0 closed the connection", texts)
        self.assertIn("1 more line of the script was not run", texts)

    def test_faults_have_signs_of_their_own(self) -> None:
        text = STARTS + "cut 0 > 1\npartition 0,1 | 2\nheal\n1 pause\n1 resume\n1 crash\n2 stop\n"
        document, _ = shown(recorded(text, []))
        self.assertEqual(document.count('class="group"'), 5, "three lifelines, and two in the legend")
        for kind in ("frozen", "heal"):
            self.assertEqual(document.count(f'class="{kind}"'), 2, "itself, and the legend")

    def test_the_legend_has_the_signs_that_occur(self) -> None:
        _, texts = shown(recorded(STARTS + "0 alive\n2 stop\ncut 0 > 1\n", ["alive 0,1,2"]))
        self.assertEqual(texts[-4:], ["started", "stopped", "asked or told", "cut in this direction, until heal"])

    def test_any_text_is_escaped(self) -> None:
        message = '<script>alert("x")</script> & ]]> \x1b[31m \x00'
        document, texts = shown(recorded(STARTS + f"0 broadcast {message}\n1 get\n", [f"messages {message}"]))
        self.assertNotIn("<script>", document)
        self.assertIn("\ufffd[31m", "".join(texts))

    def test_a_run_of_nothing_is_drawn_too(self) -> None:
        shown(recorded("sleep 1\n", [], ""))
        shown(Timeline("empty", [], False))


if __name__ == "__main__":
    unittest.main()
