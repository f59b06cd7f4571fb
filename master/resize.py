"""When a local grid shall have another number of nodes than it has had: `buzzer reshard` moves its data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

from master import interrupts
from master.local_grid import LocalGrid, counted
from master.say import say

JOURNAL = "resharding"
"""In the grid's folder while a reshard is not finished (node/store_tools/reshard_journal.h)."""


class ResizeError(Exception):
    """Why the grid has not the number of nodes that is wished, and what to do next."""


def to_size(folder: Path, nodes: int, binary: Path, confirmed: bool) -> None:
    """Sees to it that what the stopped grid in `folder` has kept, if anything, is that of so many nodes. Asks first.

    When a signal ends it (interrupts.py is installed), a reshard under way ends too, and can be finished later.
    """
    stores = set(folder.glob("node-*/store"))
    unfinished = (folder / JOURNAL).exists()
    if not stores and not unfinished:
        return
    known = LocalGrid.load(folder)
    if known is not None and not known.whole and not unfinished:
        _go_on_with_first_start(known, nodes, stores)
        return
    if len(stores) == nodes and not unfinished:
        return
    command = [str(binary), "reshard", str(folder), "--to", str(nodes)]
    plan = _plan(command)
    if unfinished:
        say(f"An earlier reshard of the grid in {folder} is not finished, which is to be done first.")
        instead = ""
    else:
        say(f"The grid in {folder} has had {counted(plan['from'])}, and shall have {nodes} now: its data is to be moved first "
            f"(`buzzer reshard`), with up to {_megabytes(plan['needed_bytes'])} MB more on disk meanwhile.")
        instead = f", or start {counted(plan['from'])} as before"
    if not confirmed:
        _ask(instead)
    code, _ = _run(command)
    if code != 0:
        raise ResizeError(f"the grid was not started; `{' '.join(command)}` ended with {code}")


def _go_on_with_first_start(known: LocalGrid, nodes: int, stores: Set[Path]) -> None:
    """It ended before each node had a store: the others get theirs now, and there is nothing whole that could be moved."""
    own = {known.node_folder(node) / "store" for node in range(known.size)}
    if nodes != known.size or not stores <= own:
        raise ResizeError(f"the grid in {known.folder} was to have {counted(known.size)} and has never been whole; start "
                          f"{counted(known.size)}, or wipe what there is with --fresh")


def _plan(command: List[str]) -> Dict[str, Any]:
    code, out = _run([*command, "--plan", "--json"], out=subprocess.PIPE)
    if code != 0:  # it has said why
        raise ResizeError("the grid was not started")
    plan: Dict[str, Any] = json.loads(out)
    return plan


def _run(command: List[str], out: Optional[int] = None) -> Tuple[int, str]:
    """Its exit code, and what it wrote to `out` if that is a pipe. It is not left behind when we are interrupted."""
    process = None
    try:
        with interrupts.deferred():
            process = subprocess.Popen(command, stdout=out, encoding="utf-8")
        told, _ = process.communicate()
    except BaseException:
        if process is not None:
            process.terminate()
            process.wait()
        raise
    return process.returncode, told or ""


def _megabytes(count: int) -> int:
    return (count + 999_999) // 1_000_000


def _ask(instead: str) -> None:
    if not sys.stdin.isatty():
        raise ResizeError(f"there is no terminal to ask on whether to do that; add --yes{instead}")
    if input("Type yes to go on: ").strip() != "yes":
        raise ResizeError("nothing was moved, nothing was started")
