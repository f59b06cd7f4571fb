"""Text that an XML document can hold. Pure."""

from __future__ import annotations

import re

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str, instead: str = "\ufffd") -> str:
    """With `instead` for each character that XML has no way to write."""
    return _NOT_XML.sub(instead, text)
