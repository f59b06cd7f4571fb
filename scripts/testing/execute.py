"""Runs one stage and turns what it left behind into results."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List

from scripts.testing import runner
from scripts.testing.files import ROOT
from scripts.testing.results import Case, Outcome, read_junit
from scripts.testing.stages import JUNIT, REPORTS, Stage

LOGS = ROOT / "build" / "test-logs"


@dataclass
class StageResult:
    stage: Stage
    cases: List[Case] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        return sum(case.outcome is outcome for case in self.cases)

    @property
    def failed(self) -> bool:
        return self.count(Outcome.FAILED) > 0

    @property
    def log(self) -> Path:
        return LOGS / f"{self.stage.name}.log"


def blocked(stage: Stage, by: str) -> StageResult:
    """A stage that cannot run counts as one failure."""
    return StageResult(stage, [Case(stage.name, Outcome.FAILED, 0.0, f"not run, because {by} failed")])


def execute(stage: Stage, mode: Dict[str, str]) -> StageResult:
    result = StageResult(stage)
    junit = LOGS / f"{stage.name}.xml"
    reports = LOGS / f"{stage.name}.sanitizer"
    junit.unlink(missing_ok=True)
    shutil.rmtree(reports, ignore_errors=True)
    if any(REPORTS in value for value in stage.environment.values()):
        reports.mkdir(parents=True)

    command = [str(junit) if word == JUNIT else word for word in stage.command]
    environment = {name: value.replace(REPORTS, str(reports / "report")) for name, value in stage.environment.items()}
    finished = runner.run(stage.name, command, {**environment, **mode}, result.log, stage.limit_minutes * 60)
    result.seconds = finished.seconds
    if stage.has_junit:
        try:
            result.cases = read_junit(junit)
            if not result.cases:
                result.cases.append(Case(stage.name, Outcome.FAILED, 0.0, "no tests were found"))
        except ValueError as error:
            # The log's end says more than that there is no file.
            message = "" if finished.code != 0 else str(error)
            result.cases.append(Case(stage.name, Outcome.FAILED, finished.seconds, message))
    elif finished.code == 0:
        result.cases.append(Case(stage.name, Outcome.PASSED, finished.seconds))
    _add_reports(result, reports)
    if (finished.code != 0 or finished.timed_out) and not result.failed:
        what = "took too long" if finished.timed_out else f"ended with code {finished.code}"
        result.cases.append(Case(stage.name, Outcome.FAILED, finished.seconds, what if stage.has_junit else ""))
    return result


def _add_reports(result: StageResult, reports: Path) -> None:
    for path in sorted(reports.glob("*")) if reports.is_dir() else []:
        text = path.read_text(encoding="utf-8", errors="replace")
        result.cases.append(Case(f"sanitizer report {path.name}", Outcome.FAILED, 0.0, text))
