"""What a test run tells its reader."""

from pathlib import Path
from typing import List

from scripts.testing.execute import StageResult
from scripts.testing.files import ROOT
from scripts.testing.results import Outcome

TAIL_LINES = 60
MESSAGE_LINES = 50
SHOWN_CASES = 10


def print_start(name: str, number: int, total: int) -> None:
    print(f"== {number}/{total} {name}", flush=True)


def print_result(result: StageResult) -> None:
    counts = [f"{result.count(outcome)} {outcome.value}" for outcome in Outcome if result.count(outcome)]
    print(f"   {'FAILED' if result.failed else 'ok'}: {', '.join(counts)} in {result.seconds:.1f} s", flush=True)
    if result.failed:
        _print_failures(result)


def _print_failures(result: StageResult) -> None:
    failures = [case for case in result.cases if case.outcome is Outcome.FAILED]
    for case in failures[:SHOWN_CASES]:
        print(f"--- failed: {case.name}")
        _print_end(case.message, MESSAGE_LINES)
    if len(failures) > SHOWN_CASES:
        print(f"--- and {len(failures) - SHOWN_CASES} more, named at the end")
    if result.log.is_file():
        if not any(case.message for case in failures):
            _print_end(result.log.read_text(encoding="utf-8", errors="replace"), TAIL_LINES)
        print(f"--- all of its output: {_name(result.log)}", flush=True)


def _print_end(text: str, count: int) -> None:
    lines = text.rstrip().splitlines()
    if len(lines) > count:
        print(f"    [{len(lines) - count} lines before]")
    for line in lines[-count:]:
        print(f"    {line}")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def print_summary(results: List[StageResult]) -> bool:
    """The last line is for machines. True when nothing failed."""
    print()
    print(f"{'stage':16} minutes   passed  failed skipped")
    for result in results:
        numbers = "".join(f"{result.count(outcome):8}" for outcome in Outcome)
        print(f"{result.stage.name:16} {result.seconds / 60:7.2f} {numbers}")
    print(f"{'together':16} {sum(result.seconds for result in results) / 60:7.2f}")

    tests = [(case.seconds, case.name, result) for result in results if result.stage.tests for case in result.cases]
    tests.sort(key=lambda test: -test[0])
    if tests:
        print("\nthe slowest tests")
        for seconds, name, result in tests[:10]:
            print(f"{seconds:8.2f} s  {name} ({result.stage.name})")

    failures = [(result, case) for result in results for case in result.cases if case.outcome is Outcome.FAILED]
    if failures:
        print("\nfailed")
        for result, case in failures:
            print(f"  {case.name} ({result.stage.name}; {_name(result.log)})")

    passed, failed, skipped = (sum(result.count(outcome) for result in results) for outcome in Outcome)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return failed == 0
