"""Results of single tests and checks, and the JUnit XML files in which the tools hand them over."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Iterable, List, Optional


class Outcome(Enum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass
class Case:
    """One test or check."""

    name: str
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""


def read_junit(path: Path) -> List[Case]:
    """All test cases of a JUnit file; raises ValueError when it is missing or broken."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise ValueError(f"no readable results in {path}: {error}") from error
    return [_read_case(element) for element in root.iter("testcase")]


def _read_case(element: ElementTree.Element) -> Case:
    name = element.get("name", "?")
    group = element.get("classname", "")
    if group and group != name:
        name = f"{group}.{name}"
    bad: Optional[ElementTree.Element] = None
    for tag in ("failure", "error"):
        if bad is None:
            bad = element.find(tag)
    skipped = element.find("skipped")
    message = ""
    if bad is not None:
        outcome = Outcome.FAILED
        title, text = bad.get("message", ""), bad.text or ""
        parts = ["" if text.startswith(title) else title, text, element.findtext("system-out") or ""]
        message = "\n".join(part for part in parts if part)
    elif skipped is not None:
        message = skipped.get("message", "") or (skipped.text or "")
        outcome = Outcome.FAILED if _never_ran(element, message) else Outcome.SKIPPED
    else:
        outcome = Outcome.PASSED
    return Case(name, outcome, float(element.get("time") or 0), message)


def _never_ran(element: ElementTree.Element, message: str) -> bool:
    """CTest calls a test whose executable is missing "skipped"; only one that skipped itself is."""
    return element.get("status") == "notrun" and not message.startswith("SKIP_")


# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, suite: str, cases: Iterable[Case]) -> None:
    root = ElementTree.Element("testsuite", name=suite)
    for case in cases:
        element = ElementTree.SubElement(root, "testcase", name=case.name, time=f"{case.seconds:.3f}")
        if case.outcome is not Outcome.PASSED:
            tag = "failure" if case.outcome is Outcome.FAILED else "skipped"
            ElementTree.SubElement(element, tag, message=_FORBIDDEN.sub("?", case.message))
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
