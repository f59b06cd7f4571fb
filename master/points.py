"""What a scenario is worth: a comment line `# points: 5` in its script. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

DEFAULT = Decimal(1)

_LINE = re.compile(r"^[ \t]*#[ \t]*points[ \t]*:(.*)$", re.MULTILINE)
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")


class PointsError(Exception):
    """A points line that cannot be understood."""


def of_script(text: str) -> Decimal:
    """1 when the script does not say. Raises PointsError."""
    lines = _LINE.findall(text)
    if not lines:
        return DEFAULT
    if len(lines) > 1:
        raise PointsError("more than one line `# points: ...`")
    word = lines[0].strip()
    if _NUMBER.fullmatch(word) is None:
        raise PointsError(f"expected `# points: 5`, a number from 0 to 999999; found: {word}")
    return Decimal(word)


def shown(points: Decimal) -> str:
    """Without zeros that say nothing."""
    return f"{points.normalize():f}" if points else "0"
