"""Requests to a node's client port with Python's own HTTP client, and its metrics read line by line."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from typing import Dict, Optional

DEADLINE_S = 10.0

_HELP = re.compile(r"# HELP ([a-z_][a-z0-9_]*) \S.*")
_TYPE = re.compile(r"# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram)")
_SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)((?:\{(?:[a-z_]+="[^"\\]*",?)+\})?) (\+Inf|[0-9.e+-]+)')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Dict[str, str]
    """Names in lower case."""
    body: str


def get(port: int, path: str, *, method: str = "GET", headers: Optional[Dict[str, str]] = None) -> Answer:
    """One request on a connection of its own; a redirect is not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read().decode())
    finally:
        connection.close()


def parse_metrics(text: str) -> Dict[str, float]:
    """Samples by name and labels as they stand. Raises ValueError at a line that Prometheus would not take."""
    samples: Dict[str, float] = {}
    kinds: Dict[str, str] = {}
    helped = ""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    for line in text.splitlines():
        if match := _HELP.fullmatch(line):
            helped = match[1]
            if helped in kinds:
                raise ValueError(f"{helped} stands in two places")
        elif match := _TYPE.fullmatch(line):
            if match[1] != helped or match[1] in kinds:
                raise ValueError(f"the type of {match[1]} stands alone or twice")
            kinds[match[1]] = match[2]
        elif match := _SAMPLE.fullmatch(line):
            suffixes = ("_bucket", "_sum", "_count") if kinds.get(helped) == "histogram" else ("",)
            if match[1] not in [helped + suffix for suffix in suffixes]:
                raise ValueError(f"{match[1]} stands below {helped}")
            if kinds[helped] == "counter" and not helped.endswith("_total"):
                raise ValueError(f"{helped} counts and does not end in _total")
            if match[1] + match[2] in samples:
                raise ValueError(f"{match[1]}{match[2]} comes twice")
            samples[match[1] + match[2]] = float(match[3])
        else:
            raise ValueError(f"no line of metrics: {line}")
    return samples
