"""Telling a person something; that nobody reads it any more is no reason to stop (`up.sh --detach | head -1`)."""

from __future__ import annotations

import os
import sys


def say(text: str) -> None:
    """One line or more to standard output, at once."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        silence()


def silence() -> None:
    """From here on standard output goes nowhere; else Python would complain again when it closes it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
