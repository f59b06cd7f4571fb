"""docs/guarantees.md names what shows each promise: that it is there, and that no promise is without a scenario by oversight."""

import re
import unittest
from pathlib import Path
from typing import List, Set, Tuple

ROOT = Path(__file__).resolve().parents[3]
NO_SCENARIO = (
    "The web client goes on.", "Bytes that are no WebSocket hurt only their connection.", "A full or failing disk loses nothing.",
    "A store is served by its own node only", "A wrong clock dates nothing.", "Every queue is bounded.",
)
"""What no scenario can show, as the page says below its table."""
NOT_SCENARIOS = {"conformance", "e2e", "gateway", "session_check", "settle", "unavailable", "key_expired", "posted"}
"""Other words of small letters in quotes."""


def scenarios() -> Set[str]:
    return {path.stem for suite in ("core", "gateway") for path in (ROOT / "tests/scenarios" / suite).glob("*.input")}


def page() -> str:
    return (ROOT / "docs/guarantees.md").read_text("utf-8")


def promises() -> List[Tuple[str, Set[str]]]:
    """Each sentence in bold, with the words of small letters that its evidence names."""
    rows = re.findall(r"^\| \*\*(.+?)\*\*.* \| (.+) \|$", page(), re.MULTILINE)
    return [(sentence, words(evidence)) for sentence, evidence in rows]


def words(text: str) -> Set[str]:
    return set(re.findall(r"`([a-z0-9_]+)`", text))


class GuaranteesTest(unittest.TestCase):
    def test_whatever_is_named_is_there(self) -> None:
        tests = [path.stem for folder in ("e2e", "crashes") for path in (ROOT / "tests" / folder).glob("test_*.py")]
        there = scenarios() | set(tests)
        self.assertEqual(sorted(words(page()) - there - NOT_SCENARIOS), [])

    def test_every_promise_that_a_scenario_can_show_names_one(self) -> None:
        found = promises()
        self.assertGreater(len(found), 20)
        without = [sentence for sentence, evidence in found if not evidence & scenarios()]
        self.assertEqual(sorted(without), sorted(NO_SCENARIO))


if __name__ == "__main__":
    unittest.main()
