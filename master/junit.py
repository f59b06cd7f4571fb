"""Results as JUnit XML, which continuous integration reads."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from master.xml_text import clean


@dataclass(frozen=True)
class Case:
    name: str
    seconds: float
    failure: Optional[str] = None
    """What went wrong, many lines; None for a pass."""
    skipped: Optional[str] = None
    """Why it did not run."""


def document(suite: str, cases: Sequence[Case]) -> str:
    root = ElementTree.Element(
        "testsuite",
        name=suite,
        tests=str(len(cases)),
        failures=str(sum(case.failure is not None for case in cases)),
        skipped=str(sum(case.skipped is not None for case in cases)),
        time=f"{sum(case.seconds for case in cases):.3f}",
    )
    for case in cases:
        element = ElementTree.SubElement(
            root, "testcase", classname=suite, name=case.name, time=f"{case.seconds:.3f}"
        )
        if case.failure is not None:
            text = clean(case.failure, "?")
            lines = text.splitlines() or [""]
            ElementTree.SubElement(element, "failure", message=lines[0]).text = text
        if case.skipped is not None:
            ElementTree.SubElement(element, "skipped", message=clean(case.skipped, "?"))
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def write(path: Path, suite: str, cases: Sequence[Case]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + document(suite, cases), "utf-8")
