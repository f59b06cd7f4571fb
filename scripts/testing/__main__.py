"""scripts/test.sh: runs the stages in order, and goes on after a failure where that makes sense."""

import argparse
import os
import signal
import sys
from types import FrameType
from typing import List, NoReturn, Optional, Set

from scripts.testing import report
from scripts.testing.execute import StageResult, blocked, execute
from scripts.testing.files import ROOT
from scripts.testing.results import Case, Outcome
from scripts.testing.stages import Stage, all_stages, mode_environment


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/test.sh",
        description="Runs everything that must pass. The last line reads: N passed, M failed, K skipped.",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="under two minutes once built, for every commit")
    mode.add_argument("--full", action="store_true", help="with the longer variants of tests")
    parser.add_argument("--only", metavar="STAGE", nargs="+", help="run these stages alone")
    parser.add_argument("--list", action="store_true", help="name the stages and what they call, and stop")
    return parser.parse_args()


def choose(stages: List[Stage], only: Optional[List[str]]) -> List[Stage]:
    if only is None:
        return stages
    unknown = set(only) - {stage.name for stage in stages}
    if unknown:
        sys.exit(f"no stage {', '.join(sorted(unknown))}; there are {', '.join(stage.name for stage in stages)}")
    return [stage for stage in stages if stage.name in only]


def interrupt(number: int, frame: Optional[FrameType]) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    options = parse_arguments()
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, interrupt)
    mode = mode_environment(options.full)
    stages = choose(all_stages(options.quick, options.full), options.only)
    if options.list:
        for stage in stages:
            print(f"{stage.name:16} {' '.join(stage.command)}")
        return 0

    results: List[StageResult] = []
    failed: Set[str] = set()
    for number, stage in enumerate(stages, 1):
        report.print_start(stage.name, number, len(stages))
        broken = [name for name in stage.needs if name in failed]
        try:
            result = blocked(stage, broken[0]) if broken else execute(stage, mode)
        except KeyboardInterrupt:
            results.append(StageResult(stage, [Case(stage.name, Outcome.FAILED, 0.0, "interrupted")]))
            report.print_summary(results)
            return 130
        report.print_result(result)
        results.append(result)
        if result.failed:
            failed.add(stage.name)
    return 0 if report.print_summary(results) else 1


if __name__ == "__main__":
    sys.exit(main())
