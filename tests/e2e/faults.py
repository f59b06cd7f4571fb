"""Faults of real nodes: kills, orderly stops, pauses and cuts, each at a random moment and for a random while."""

from __future__ import annotations

import random
import time
from typing import Sequence

from tests.e2e.nodes import Nodes

ONE, ALL, STOP, FREEZE = "kill -9 of one", "kill -9 of all", "an orderly stop of one", "a pause of one"
CUT, ONE_WAY = "a cut of one from the others", "a cut of one way between two"


class Faults:
    def __init__(self, nodes: Nodes, kinds: Sequence[str], dice: random.Random, longest_s: float = 0.8) -> None:
        """Each of the kinds is as likely as it is often named."""
        self._nodes = nodes
        self._kinds = kinds
        self._dice = dice
        self._longest_s = longest_s

    def strike(self) -> None:
        """One fault, and its end."""
        kind, one = self._dice.choice(self._kinds), self._dice.randrange(self._nodes.size)
        length = self._dice.uniform(0, self._longest_s)
        time.sleep(self._dice.uniform(0, 0.3))
        if kind == FREEZE:
            self._nodes.freeze(one)
            time.sleep(length)
            self._nodes.thaw(one)
        elif kind in (CUT, ONE_WAY):
            self._cut(one, length, one_way=kind == ONE_WAY)
        else:
            self._end(list(range(self._nodes.size)) if kind == ALL else [one], length, in_order=kind == STOP)

    def _cut(self, one: int, length: float, one_way: bool) -> None:
        others = [node for node in range(self._nodes.size) if node != one]
        words = self._dice.choice(("in", "out")) if one_way else ""
        for other in [self._dice.choice(others)] if one_way else others:
            self._obey(one, f"block {other} {words}".strip())
        time.sleep(length)
        for other in others:
            self._obey(one, f"unblock {other}")

    def _obey(self, node: int, line: str) -> None:
        answer = self._nodes.ask(node, line)
        if answer != "ok":
            raise AssertionError(f"node {node} answered `{line}` with `{answer}`")

    def _end(self, victims: Sequence[int], length: float, in_order: bool) -> None:
        for node in victims:
            if in_order:
                self._nodes.stop(node)
            else:
                self._nodes.kill(node)
        time.sleep(length)
        for node in victims:
            self._nodes.start(node)
