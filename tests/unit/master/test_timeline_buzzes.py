"""What a timeline shows of users and buzzes: commands, what they were answered, and where a buzz showed up."""

import unittest
import xml.etree.ElementTree as ElementTree
from typing import List, Optional, Sequence

from master import script
from master.expected import Expected
from master.timeline import arrivals, rows as timeline_rows, sayings, settling, svg
from master.timeline.arrivals import MISSING, MOST_ARROWS, PUSHED, READ, Arrival, versions_shown, versions_told
from master.timeline.events import Recorder, Timeline
from master.timeline.rows import Row
from master.timeline.sayings import ACKNOWLEDGED, REFUSED, UNKNOWN, Saying

SVG = "{http://www.w3.org/2000/svg}"
STARTS = "0 start 3 10000\n1 start 3 10001\n2 start 3 10002\n"
"""Rows 0, 1 and 2."""


def recorded(lines: Sequence[str], expected: Optional[str] = None) -> Timeline:
    """A run of three nodes; each line may have its answer behind ` => `."""
    split = [line.partition(" => ") for line in lines]
    text = STARTS + "\n".join(command for command, _, _ in split) + "\n"
    commands = script.parse("x.input", text)
    recorder = Recorder(text, None if expected is None else Expected(expected))
    for command, (_, answered, answer) in zip(commands, [("", "", "")] * 3 + split):
        recorder.begin(command)
        if answered:
            recorder.answer(answer)
    return recorder.timeline("x", None, len(commands))


def rows(lines: Sequence[str], expected: Optional[str] = None) -> List[Row]:
    return timeline_rows.rows(recorded(lines, expected).steps)


def said(lines: Sequence[str]) -> List[Saying]:
    return sayings.sayings(rows(lines))


def arrived(lines: Sequence[str], expected: Optional[str] = None) -> List[Arrival]:
    found = rows(lines, expected)
    return arrivals.arrivals(found, sayings.sayings(found))


class SayingsTest(unittest.TestCase):
    def test_a_command_is_acknowledged_refused_or_of_unknown_outcome(self) -> None:
        found = said(["0 as Bob register => registered Bob", "1 as Bob post \\n => error text_empty: a buzz needs a text",
                      "2 as Bob with k post x => error unavailable", "2 as Bob with k post x => posted #1", "2 feed Bob => feed "])
        self.assertEqual([(each.row, each.node, each.outcome) for each in found],
                         [(3, 0, ACKNOWLEDGED), (4, 1, REFUSED), (5, 2, UNKNOWN), (6, 2, ACKNOWLEDGED)])
        self.assertEqual([each.label for each in found], ["", "", "", "#1"])

    def test_each_change_makes_a_version(self) -> None:
        found = said(["0 as Bob post x => posted #1", "1 as Bob edit #1 y => edited #1/2", "0 as Bob with d delete #1 => deleted #1",
                      "2 as Bob with d delete #1 => deleted #1", "0 as Gus reply #1 z => posted #2"])
        self.assertEqual([each.made for each in found], [("#1", 1), ("#1", 2), ("#1", 3), ("#1", 3), ("#2", 1)])
        self.assertEqual([each.label for each in found][:3], ["#1", "#1/2", "#1/3"])

    def test_what_was_sent_is_under_way_until_its_answer(self) -> None:
        found = said(["0 send as Bob post x", "0 send alive", "0 send as Bob post y", "0 answer => posted #1", "0 answer => alive 0",
                      "0 answer => error unavailable"])
        self.assertEqual(found, [Saying(3, 0, ACKNOWLEDGED, ("#1", 1), 6, 6), Saying(5, 0, UNKNOWN, None, 8, 8)])

    def test_what_was_sent_is_under_way_until_its_node_ends(self) -> None:
        found = said(["0 send as Bob post x", "0 crash", "0 start 3 10000", "0 send as Bob post y", "0 answer => posted #1"])
        self.assertEqual([(each.outcome, each.under_way_until) for each in found], [(UNKNOWN, 4), (ACKNOWLEDGED, 7)])
        self.assertEqual(said(["0 send as Bob post x", "0 alive => alive 0"])[0].under_way_until, None, "nobody asked")

    def test_clients_speak_to_the_node_that_they_are_connected_to(self) -> None:
        found = said(["client b connect 1", "b register bob x => registered bob", "b post hi => posted #1", "b drop", "b resume 2",
                      "b delete #1 => deleted #1", "client t connect 0 text", "t post ho => OK #2", "t follow bob => error Unauthorized"])
        self.assertEqual([(each.node, each.outcome, each.label) for each in found],
                         [(1, ACKNOWLEDGED, ""), (1, ACKNOWLEDGED, "#1"), (2, ACKNOWLEDGED, "#1/2"), (0, ACKNOWLEDGED, "#2"), (0, REFUSED, "")])

    def test_many_clients_speak_in_one_row(self) -> None:
        lines = ["each 1..2 client r% connect 0", "each 3..4 client r% connect 1", "each 1..4 r% follow bob => followed bob"]
        self.assertEqual([(each.row, each.node, each.outcome) for each in said(lines)],
                         [(5, 0, ACKNOWLEDGED), (5, 0, ACKNOWLEDGED), (5, 1, ACKNOWLEDGED), (5, 1, ACKNOWLEDGED)])
        self.assertEqual(rows(lines)[5].nodes, (0, 1))


class ArrivalsTest(unittest.TestCase):
    def test_the_first_answer_of_a_node_that_shows_a_version_is_where_it_had_arrived(self) -> None:
        found = arrived(["0 as Bob post x => posted #1", "1 feed Gus => feed ", "1 feed Gus => feed #1/1 @Bob \"x\"",
                         "1 topic tea => topic #1/1 @Bob \"x\"", "0 as Bob edit #1 y => edited #1/2", "2 author Bob => author #1/2 \"y\"",
                         "1 thread #1 => thread #1/2 @Bob \"y\""])
        self.assertEqual(found, [Arrival(0, 1, 3, 5, ("#1",), READ), Arrival(0, 2, 7, 8, ("#1/2",), READ),
                                 Arrival(0, 1, 7, 9, ("#1/2",), READ)])

    def test_a_node_need_not_be_told_what_it_acknowledged_itself(self) -> None:
        self.assertEqual(arrived(["0 as Bob post x => posted #1", "0 feed Bob => feed #1/1 @Bob \"x\""]), [])

    def test_a_deletion_shows_in_a_thread(self) -> None:
        found = arrived(["0 as Bob post x => posted #1", "0 as Bob delete #1 => deleted #1",
                         "1 thread #1 => thread #1/2 @Bob deleted"])
        self.assertEqual(found, [Arrival(0, 1, 4, 5, ("#1/2",), READ)])

    def test_what_is_expected_and_not_there_is_missing(self) -> None:
        found = arrived(["0 as Bob post x => posted #1", "1 feed Gus => feed "], "posted #1\nfeed #1/1 @Bob \"x\"")
        self.assertEqual(found, [Arrival(0, 1, 3, 4, ("#1",), MISSING)])

    def test_a_push_is_told_to_each_client(self) -> None:
        lines = ["client b connect 0", "client g connect 1", "client h connect 1", "b post x => posted #1",
                 "g events 1 => events posted #1/1 @bob \"x\"", "h events 1 => events posted #1/1 @bob \"x\"",
                 "g feed home => feed #1/1 @bob \"x\"", "b delete #1 => deleted #1",
                 "g events 1 => events deleted #1/2 @bob deleted | gap"]
        self.assertEqual(arrived(lines), [Arrival(0, 1, 6, 7, ("#1",), PUSHED), Arrival(0, 1, 6, 8, ("#1",), PUSHED),
                                          Arrival(0, 1, 10, 11, ("#1/2",), PUSHED)])

    def test_of_many_in_one_answer_those_of_one_node_are_one_arrow(self) -> None:
        many = MOST_ARROWS + 1
        posts = [f"{number % 2} as Bob post x => posted #{number + 1}" for number in range(many)]
        shown = ",".join(f"#{number}/1 @Bob \"x\"" for number in range(many, 0, -1))
        self.assertEqual(arrived(posts + [f"2 feed Gus => feed {shown}"]), [
            Arrival(0, 2, 7, 8, ("#1", "#3", "#5"), READ), Arrival(1, 2, 6, 8, ("#2", "#4"), READ)])
        self.assertEqual(arrived(posts + [f"2 feed Gus => feed {shown}"])[0].label, "3 buzzes")

    def test_a_wiped_node_shows_anew(self) -> None:
        lines = ["0 as Bob post x => posted #1", "1 topic tea => topic #1/1 @Bob \"x\"", "1 crash", "1 wipe", "1 start 3 10001",
                 "1 topic tea => topic #1/1 @Bob \"x\""]
        self.assertEqual([each.seen for each in arrived(lines)], [4, 8])

    def test_an_edit_that_takes_a_buzz_away_is_told_as_left(self) -> None:
        self.assertEqual(versions_told("events left #1/2 @bob,posted #2/1 @bob to #1 \"x\""), [("#2", 1), ("#1", 2)])
        self.assertEqual(versions_told("events buzz #3 @Bob \"hello\",error Bad Request"), [("#3", 1)])

    def test_what_a_text_says_is_no_entry(self) -> None:
        shown = "feed #2/1 @Bob \"see #7/1 @x \\\"no\\\", #8/1 deleted\",#1/4 @Gus to #9 \"x\""
        self.assertEqual(versions_shown(shown), [("#2", 1), ("#1", 4)])
        self.assertEqual(versions_shown("alive #1/1 \"x\""), [])


class SettlingTest(unittest.TestCase):
    def test_who_runs_and_is_not_frozen_is_healthy(self) -> None:
        found = settling.healthy(rows(["1 pause", "2 crash", "1 resume", "0 stop"]))
        self.assertEqual(found[2:], [{0, 1, 2}, {0, 2}, {0}, {0, 1}, {1}])

    def test_it_has_settled_when_the_answer_says_so(self) -> None:
        found = rows(["settle 5000 => settled", "1 settle 5 => error not_settled: 39>13 2", "1 settle 5000 => settled"])[3:]
        self.assertEqual([settling.has_settled(row) for row in found], [True, False, True])

    def test_what_is_owed_is_counted_in_deliveries(self) -> None:
        found = rows(["0 owed => owed 39>13 2,39>14 11", "1 owed => owed nothing", "1 alive => alive 1"])[3:]
        self.assertEqual([settling.owed(row) for row in found], [13, 0, 0])


class DrawingTest(unittest.TestCase):
    def drawn(self, lines: Sequence[str], expected: Optional[str] = None) -> "tuple[str, list[str], list[str]]":
        """The document, its texts, and its tool tips."""
        document = svg.document(recorded(lines, expected))
        root = ElementTree.fromstring(document)
        texts = [each.text or each[-1].tail or "" for each in root.iter(f"{SVG}text")]
        return document, texts, [each.text or "" for each in root.iter(f"{SVG}title")]

    def test_a_buzz_is_followed_from_its_command_to_where_it_shows(self) -> None:
        document, texts, tips = self.drawn(["0 as Bob post hi => posted #1", "settle 5000 => settled", "1 feed Gus => feed #1/1 @Bob \"hi\""])
        self.assertIn("#1", texts)
        self.assertIn("#1 of node 0, shown by node 1: 1 feed Gus", tips)
        self.assertEqual(document.count('class="acknowledged"'), 2, "itself, and the legend")
        self.assertEqual(document.count('class="buzz"'), 2, "itself, and the legend")
        self.assertEqual(document.count('class="hassettled"'), 4, "three nodes, and the legend")
        for text in ("a user's command, acknowledged", "a buzz; it was there when a feed was read", "settled: nothing owed to whom can be reached"):
            self.assertIn(text, texts)

    def test_what_was_refused_and_what_nobody_knows_have_signs_of_their_own(self) -> None:
        document, texts, _ = self.drawn(["0 as Bob post hi => error unavailable", "0 as Bob post \\n => error text_empty: a buzz needs a text",
                                         "1 send as Bob post x", "1 crash"])
        self.assertEqual(document.count('class="hollow"'), 3 + 2, "two in the legend")
        self.assertEqual(texts.count("?"), 2 + 1)
        self.assertEqual(document.count('class="underway"'), 1 + 1)
        self.assertNotIn('class="acknowledged"', document)

    def test_pushes_and_what_should_have_been_there_are_told_apart(self) -> None:
        document, texts, tips = self.drawn(
            ["client b connect 0", "client g connect 1", "b post x => posted #1", "g events 1 => events posted #1/1 @bob \"x\"",
             "2 feed Gus => feed ", "0 owed => owed 39>14 1"],
            "posted #1\nevents posted #1/1 @bob \"x\"\nfeed #1/1 @bob \"x\"\nowed 39>14 1")
        self.assertEqual((document.count('class="pushed"'), document.count('class="lost"')), (2, 2))
        self.assertIn("#1 of node 0, pushed to a client of node 1: g events 1", tips)
        self.assertIn("#1 of node 0, not shown by node 2: 2 feed Gus", tips)
        self.assertIn("owes 1", texts)

    def test_tens_of_buzzes_stay_few_arrows(self) -> None:
        posts = [f"{number % 2} as Bob post x => posted #{number + 1}" for number in range(60)]
        shown = ",".join(f"#{number}/1 @Bob \"x\"" for number in range(60, 0, -1))
        document, texts, _ = self.drawn(posts + [f"2 feed Gus => feed {shown}"])
        self.assertEqual(document.count('class="buzz"'), 2 + 1)
        self.assertEqual(texts.count("30 buzzes"), 2)


if __name__ == "__main__":
    unittest.main()
