"""Who is parted from whom. Pure bookkeeping; grid.py tells the nodes.

Partitions and cuts are faults of the *network*: they add up until `heal`, and a node that starts under them
gets them again. A `block` line is a fault of one *process*: it ends with `unblock` or with the process.
"""

from __future__ import annotations

from typing import Iterable, List, Sequence, Set, Tuple

Block = Tuple[int, int, str]
"""(node that blocks, its peer, `in` or `out`)."""

_BOTH = ("in", "out")


class Faults:
    def __init__(self) -> None:
        self._network: Set[Block] = set()
        self._own: Set[Block] = set()

    def partition(self, groups: Sequence[Sequence[int]]) -> Set[int]:
        """Parts each two nodes of different groups, at both ends. Returns the nodes concerned.

        Nodes in no group keep all their links.
        """
        for number, group in enumerate(groups):
            for other in groups[number + 1:]:
                for a in group:
                    for b in other:
                        self._network |= {(a, b, way) for way in _BOTH}
                        self._network |= {(b, a, way) for way in _BOTH}
        return {node for group in groups for node in group}

    def cut(self, sender: int, receiver: int) -> None:
        """What `sender` says no longer reaches `receiver`."""
        self._network.add((sender, receiver, "out"))

    def heal(self) -> List[Tuple[int, int]]:
        """Ends all partitions and cuts. Returns the (node, peer) that had one."""
        ended = sorted({(node, peer) for node, peer, _ in self._network})
        self._network.clear()
        return ended

    def note(self, node: int, line: str) -> None:
        """A forwarded `block` or `unblock` that the node answered with ok."""
        words = line.split()
        if len(words) < 2 or not words[1].isdigit():
            return
        peer = int(words[1])
        ways: Iterable[str] = words[2:3] or _BOTH
        if words[0] == "block":
            self._own |= {(node, peer, way) for way in ways}
        elif words[0] == "unblock":
            for way in _BOTH:
                self._own.discard((node, peer, way))
                self._network.discard((node, peer, way))

    def process_ended(self, node: int) -> None:
        self._own = {block for block in self._own if block[0] != node}

    def lines(self, node: int) -> List[str]:
        """The `block` lines that bring a fresh `node` to the present faults."""
        peers = sorted({peer for at, peer, _ in self._network | self._own if at == node})
        return [line for peer in peers for line in self.lines_towards(node, peer)]

    def lines_towards(self, node: int, peer: int) -> List[str]:
        ways = [way for way in _BOTH if (node, peer, way) in self._network | self._own]
        if len(ways) == 2:
            return [f"block {peer}"]
        return [f"block {peer} {way}" for way in ways]

    def parted(self, a: int, b: int) -> bool:
        """Whether anything between the two is blocked: even one direction takes both off each other's alive set."""
        return any({at, peer} == {a, b} for at, peer, _ in self._network | self._own)
