"""Who is on whose side while partitions last. Pure."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from master import script
from master.command import Command

Band = Tuple[int, Optional[int], Dict[int, int]]
"""First row, row of the end (None: it lasts until the end), and the side of each node that is parted from another."""


def bands(rows: Sequence[Command]) -> List[Band]:
    """Partitions add up until `heal`: two nodes are on one side when each of them has them in one group, or in none. A
    side keeps its number (from 0) until `heal`."""
    found: List[Band] = []
    numbers: Dict[Tuple[int, ...], int] = {}
    groups: Dict[int, Tuple[int, ...]] = {}
    """Of each node, which partition has it in which group: what tells sides apart."""
    began = partitions = 0
    for row, command in enumerate(rows):
        if not isinstance(command, (script.Partition, script.Heal)):
            continue
        if groups:
            found.append((began, row, _sides(groups, numbers)))
        if isinstance(command, script.Heal):
            groups, numbers, partitions = {}, {}, 0
        else:
            partitions += 1
            for number, members in enumerate(command.groups):
                groups.update({node: (*groups.get(node, ()), partitions, number) for node in members})
        began = row
    if groups:
        found.append((began, None, _sides(groups, numbers)))
    return found


def _sides(groups: Dict[int, Tuple[int, ...]], numbers: Dict[Tuple[int, ...], int]) -> Dict[int, int]:
    return {node: numbers.setdefault(side, len(numbers)) for node, side in groups.items()}
