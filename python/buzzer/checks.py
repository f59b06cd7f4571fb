"""What the native module is given: numbers that fit, texts as UTF-8. Anything else is a TypeError or a ValueError."""

from typing import Union

# Far beyond every limit of the rules, so that these can be tried; a buzz has at most 500 characters.
MOST_TEXT_BYTES = 1 << 20
INT64 = (-(1 << 63), (1 << 63) - 1)
UINT64 = (0, (1 << 64) - 1)


def whole(value: int, what: str, least: int, most: int) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{what} is a whole number, not {type(value).__name__}")
    if not least <= value <= most:
        raise ValueError(f"{what} is {least} to {most}, not {value}")
    return value


def binary(value: bytes, what: str) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"{what} is bytes, not {type(value).__name__}")
    if len(value) > MOST_TEXT_BYTES:
        raise ValueError(f"{what} has at most {MOST_TEXT_BYTES} bytes, this one {len(value)}")
    return value


def utf8(value: Union[str, bytes], what: str, or_bytes: bool = False) -> bytes:
    """With `or_bytes` it may be bytes too, which are taken as they are, valid or not."""
    if or_bytes and isinstance(value, bytes):
        return binary(value, what)
    if not isinstance(value, str):
        wanted = "str or bytes" if or_bytes else "str"
        raise TypeError(f"{what} is {wanted}, not {type(value).__name__}")
    try:
        return binary(value.encode("utf-8"), what)
    except UnicodeEncodeError as problem:
        raise ValueError(f"{what} cannot be written as UTF-8: {problem.reason} at {problem.start}") from None


def seconds(value: float) -> float:
    if not 0 <= value <= 86_400:
        raise ValueError(f"a timeout is 0 to 86400 s, not {value}")
    return float(value)
