"""When a local grid shall have another number of nodes than it has had: `buzzer reshard` moves its data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

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
    stores = len(list(folder.glob("node-*/store")))
    unfinished = (folder / JOURNAL).exists()
    if not unfinished and stores in (0, nodes):
        return
    command = [str(binary), "reshard", str(folder), "--to", str(nodes)]
    if not unfinished and _never_was_whole(folder, nodes, command):
        return
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


def _never_was_whole(folder: Path, nodes: int, command: List[str]) -> bool:
    """Whether it was started with as many nodes, and ended before each of them had a store: there is nothing to move."""
    known = LocalGrid.load(folder)
    ours = {known.node_folder(node) / "store" for node in range(known.size)} if known else set()
    if known is None or known.size != nodes or any(store not in ours for store in folder.glob("node-*/store")):
        return False
    code, _ = _run([*command, "--plan", "--json"], errors=subprocess.DEVNULL)
    return code != 0  # else it is a whole grid of fewer nodes, resharded by hand


def _plan(command: List[str]) -> Dict[str, Any]:
    code, out = _run([*command, "--plan", "--json"], out=subprocess.PIPE)
    if code != 0:  # it has said why
        raise ResizeError("the grid was not started")
    plan: Dict[str, Any] = json.loads(out)
    return plan


def _run(command: List[str], out: Optional[int] = None, errors: Optional[int] = None) -> Tuple[int, str]:
    """Its exit code, and what it wrote to `out` if that is a pipe. It is not left behind when we are interrupted."""
    process = None
    try:
        with interrupts.deferred():
            process = subprocess.Popen(command, stdout=out, stderr=errors, encoding="utf-8")
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
