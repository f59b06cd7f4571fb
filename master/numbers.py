"""Numbers in options: what makes no sense as one is refused where it is read."""

from __future__ import annotations

import argparse


def patience(word: str) -> float:
    """What deadlines are multiplied with."""
    return _above_zero(word, 1000)


def seconds(word: str) -> float:
    """A time limit; a day at most."""
    return _above_zero(word, 86_400)


def _above_zero(word: str, most: float) -> float:
    try:
        number = float(word)
    except ValueError:
        number = 0.0
    if not 0 < number <= most:  # what is no number at all (nan) is not either
        raise argparse.ArgumentTypeError(f"{word}: expected a number above 0, at most {most:g}")
    return number
