"""Runs the parts of a bench and makes of their samples a table, a JSON file and a chart, both in build/bench/."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

from bench.chart import svg
from bench.publish import NoPlace, find_place, publish
from bench.samples import BadSample, Result, collect, table

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ROOT / "build" / "release" / "bench"
RESULTS = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Part:
    name: str
    # A CMake target, declared with buzzer_bench_part; its program takes --repetitions=N and --seconds=S.
    program: str
    limit_minutes: float = 15
    # Of a full run, if it is to have another number than the other parts.
    repetitions: Optional[int] = None


class PartFailed(Exception):
    """With what to tell the user."""


def run_part(part: Part, programs: Path, folder: Path, repetitions: int, seconds: float) -> List[Result]:
    """What a part writes to standard error is the user's to read; its standard output is samples. It runs in `folder`."""
    command = [str(programs.resolve() / part.program), f"--repetitions={repetitions}", f"--seconds={seconds}"]
    try:
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, encoding="utf-8", timeout=part.limit_minutes * 60
        )
    except FileNotFoundError as error:
        raise PartFailed(f"{command[0]} is not there; scripts/bench.sh builds it") from error
    except subprocess.TimeoutExpired as error:
        raise PartFailed(f"{part.name} took more than {part.limit_minutes:g} minutes") from error
    if done.returncode != 0:
        raise PartFailed(f"{part.name} ended with {done.returncode}")
    results = collect(part.name, done.stdout.splitlines())
    if not results:
        raise PartFailed(f"{part.name} printed no samples")
    return results


def machine() -> str:
    """For the title: figures mean little without it."""
    model = platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{os.cpu_count()} x {model}"


def main(bench: str, parts: List[Part]) -> int:
    parser = argparse.ArgumentParser(prog=f"scripts/bench.sh {bench}", description="Medians over repetitions.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repetitions, to see that it works")
    parser.add_argument("--only", nargs="+", metavar="PART", choices=[part.name for part in parts], help="these parts")
    parser.add_argument("--publish", action="store_true", help="put table and chart of a whole run into docs/benchmarks.md, where the bench has a place")
    parser.add_argument("--programs", type=Path, default=PROGRAMS, help="where the built parts are")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the JSON and the chart go")
    parser.add_argument("--page", type=Path, default=PAGE, help="what --publish writes to")
    options = parser.parse_args()
    if options.publish:
        if options.quick or options.only:
            parser.error("what is published is a whole run: --publish goes with neither --quick nor --only")
        try:
            find_place(bench, options.page)  # before minutes are spent
        except (NoPlace, OSError) as error:
            parser.error(str(error))
    repetitions, seconds = (3, 0.05) if options.quick else (9, 0.5)

    options.results.mkdir(parents=True, exist_ok=True)
    results: List[Result] = []
    chosen = [part for part in parts if not options.only or part.name in options.only]
    others: List[str] = []
    for part in chosen:
        rounds = repetitions
        if part.repetitions is not None and not options.quick:
            rounds = part.repetitions
            others.append(f"{part.name}: {rounds}")
        print(f"{part.name} ...", file=sys.stderr, flush=True)
        try:
            results += run_part(part, options.programs, options.results, rounds, seconds)
        except (PartFailed, BadSample) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    counts = f"{repetitions} repetitions" + (f" ({', '.join(others)})" if others else "")
    title = f"{bench}: medians of {counts}, {machine()}, {time.strftime('%Y-%m-%d')}"
    told = {"bench": bench, "title": title, "results": [result.as_json() for result in results]}
    (options.results / f"{bench}.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (options.results / f"{bench}.svg").write_text(svg(title, results), encoding="utf-8")
    print(title)
    print(table(results))
    print(f"Written: {options.results / bench}.json and .svg")
    if options.publish:
        try:
            print("Published:", *publish(bench, title, results, options.page))
        except (NoPlace, OSError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    return 0
