"""When a local grid shall have another number of nodes than it has had: `buzzer reshard` moves its data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

from master.say import say

JOURNAL = "resharding"
"""In the grid's folder while a reshard is not finished (node/store_tools/reshard_journal.h)."""


class ResizeError(Exception):
    """Why the grid has not the number of nodes that is wished, and what to do next."""


def to_size(folder: Path, nodes: int, binary: Path, confirmed: bool) -> None:
    """Sees to it that what the stopped grid in `folder` has kept, if anything, is that of so many nodes. Asks first."""
    stores = len(list(folder.glob("node-*/store")))
    unfinished = (folder / JOURNAL).exists()
    if not unfinished and stores in (0, nodes):
        return
    command = [str(binary), "reshard", str(folder), "--to", str(nodes)]
    plan = _plan(command)
    if unfinished:
        say(f"An earlier reshard of the grid in {folder} is not finished, which is to be done first.")
        instead = ""
    else:
        say(f"The grid in {folder} has had {plan['from']} nodes, and shall have {nodes} now: its data is to be moved first "
            f"(`buzzer reshard`), with up to {_megabytes(plan['needed_bytes'])} MB more on disk meanwhile.")
        instead = f", or start {plan['from']} nodes as before"
    if not confirmed:
        _ask(instead)
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise ResizeError(f"the grid was not started; `{' '.join(command)}` ended with {done.returncode}")


def _plan(command: List[str]) -> Dict[str, Any]:
    planned = subprocess.run([*command, "--plan", "--json"], check=False, stdout=subprocess.PIPE, encoding="utf-8")
    if planned.returncode != 0:  # it has said why
        raise ResizeError("the grid was not started")
    plan: Dict[str, Any] = json.loads(planned.stdout)
    return plan


def _megabytes(count: int) -> int:
    return (count + 999_999) // 1_000_000


def _ask(instead: str) -> None:
    if not sys.stdin.isatty():
        raise ResizeError(f"there is no terminal to ask on whether to do that; add --yes{instead}")
    if input("Type yes to go on: ").strip() != "yes":
        raise ResizeError("nothing was moved, nothing was started")
