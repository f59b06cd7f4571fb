"""Runs the fuzz targets of tests/fuzz: first each one's kept inputs, then new ones for some seconds.

python3 -m scripts.testing.fuzz [--seconds S] [--seed N] [--junit FILE] [TARGET...]

Kept are the corpus, the seeds of tests/fuzz/make_seeds.py and the inputs of mended faults (regressions/). The corpus is
cut down to what reaches all code, and does not always hold those inputs that a broken statement would be found by:
these are the seeds' part.

A finding is a failure; its input is kept in the tree's crashes/. With --keep what was found that reaches new code goes
to the corpus, as few files as reach all of it; seeds and regressions stay as they are.
"""

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import List

from scripts.testing.files import ROOT
from scripts.testing.results import Case, Outcome, write_junit
from tests.fuzz.make_seeds import seeds, write_seeds

SOURCES = ROOT / "tests" / "fuzz"
# Of one input, on a machine that is busy; of memory, for all that one input may make a parser hold.
LIMITS = ["-timeout=25", "-rss_limit_mb=1024", "-malloc_limit_mb=256"]
MOST_INPUT_BYTES = 1000  # of a new one
REPLAY_S = 120.0  # at most, for all that is kept of one target


def targets() -> List[str]:
    return sorted(path.stem for path in SOURCES.glob("*.cc"))


@dataclass(frozen=True)
class Target:
    name: str
    sources: Path  # tests/fuzz
    tree: Path  # where it is built
    work: Path  # a folder of this run

    @property
    def binary(self) -> Path:
        return self.tree / "tests" / "fuzz" / f"fuzz_{self.name}"

    @property
    def crashes(self) -> Path:
        return self.tree / "crashes"

    @property
    def corpus(self) -> Path:
        return self.sources / "corpus" / self.name

    @property
    def regressions(self) -> Path:
        return self.sources / "regressions" / self.name

    @property
    def seeds(self) -> Path:
        return self.work / "seeds"

    @property
    def found(self) -> Path:
        """What reaches new code."""
        return self.work / "found"

    def call(self, *arguments: str, timeout: float) -> "subprocess.CompletedProcess[str]":
        command = [str(self.binary), *LIMITS, f"-artifact_prefix={self.crashes / self.name}-", *arguments]
        options = "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
        environment = {**os.environ, "ASAN_OPTIONS": options, "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}
        return subprocess.run(
            command, cwd=ROOT, env=environment, timeout=timeout, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        )


class Failed(Exception):
    """With what to tell the user."""


def prepare(target: Target) -> List[str]:
    """Returns the folders of all that is kept."""
    if not target.binary.exists():
        raise Failed(f"{target.binary} is not built: scripts/build.sh fuzz")
    if not target.corpus.is_dir() or not any(target.corpus.iterdir()):
        raise Failed(f"there is no corpus in {target.corpus}")
    inputs = seeds().get(target.name)
    if not inputs:
        raise Failed(f"tests/fuzz/make_seeds.py has no seeds of {target.name}")
    write_seeds(inputs, target.seeds)
    target.found.mkdir(parents=True, exist_ok=True)
    target.crashes.mkdir(parents=True, exist_ok=True)
    kept = [target.seeds, target.corpus]
    return [str(folder) for folder in [*kept, target.regressions] if folder in kept or folder.is_dir()]


def advice(target: Target, output: str) -> str:
    """What to do about a finding: with the input that makes it, if there is one."""
    made = [line.split("Test unit written to ")[1].strip() for line in output.splitlines() if "Test unit written to " in line]
    replay = "".join(f"\nto replay: {target.binary} {path}" for path in made)
    return f"{output[-8000:]}{replay}\nOnce it is mended, keep the input in tests/fuzz/regressions/{target.name}/."


def run(target: Target, seconds: float, seed: int) -> Case:
    name = f"fuzz {target.name}"
    began = time.monotonic()

    def checked(*arguments: str, timeout: float) -> str:
        try:
            done = target.call(*arguments, timeout=timeout)
        except subprocess.TimeoutExpired as expired:
            raise Failed(f"it did not end in time\n{expired.output or ''}") from expired
        if done.returncode != 0:
            raise Failed(advice(target, done.stdout))
        return done.stdout

    try:
        kept = prepare(target)
        # Whole, however long; what is longer than new inputs would be cut by the run after it.
        checked("-runs=0", *kept, timeout=REPLAY_S)
        replayed = time.monotonic() - began
        # The fuzzer's time begins before it has read what is kept, once more.
        limits = [f"-max_total_time={math.ceil(seconds + replayed)}", f"-max_len={MOST_INPUT_BYTES}"]
        output = checked(
            *limits, f"-seed={seed}", "-print_final_stats=1", str(target.found), *kept, timeout=REPLAY_S + 2 * (seconds + replayed)
        )
    except Failed as failure:
        return Case(name, Outcome.FAILED, time.monotonic() - began, str(failure))
    spent = time.monotonic() - began
    inputs = sum(len(list(Path(folder).iterdir())) for folder in kept)
    runs = [line.rsplit(":", 1)[1].strip() for line in output.splitlines() if "number_of_executed_units" in line]
    print(f"{name}: {inputs} kept inputs, then {''.join(runs)} runs with new ones, in {spent:.1f} s", flush=True)
    return Case(name, Outcome.PASSED, spent)


def keep(target: Target) -> None:
    """The corpus becomes the fewest of its files and those found that reach all that they reach together."""
    merged = target.work / "merged"
    merged.mkdir()
    arguments = ["-set_cover_merge=1", "-use_counters=0", str(merged), str(target.corpus), str(target.found)]
    done = target.call(*arguments, timeout=REPLAY_S * 5)
    if done.returncode != 0:
        sys.exit(f"the corpora of {target.name} could not be merged:\n{done.stdout[-4000:]}")
    shutil.rmtree(target.corpus)
    shutil.copytree(merged, target.corpus)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the fuzz targets.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(targets())}; all by default")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each target (3)")
    parser.add_argument("--seed", type=int, default=1, help="of the new inputs; 0: another one each time (1)")
    parser.add_argument("--keep", action="store_true", help="add what reaches new code to the corpus")
    parser.add_argument("--tree", type=Path, default=ROOT / "build" / "fuzz", help="where they are built (build/fuzz)")
    parser.add_argument("--junit", type=Path, help="write the results to this file")
    options = parser.parse_args()
    chosen: List[str] = options.targets or targets()
    for unknown in set(chosen) - set(targets()):
        parser.error(f"there is no target {unknown}: tests/fuzz has {', '.join(targets())}")
    with tempfile.TemporaryDirectory(prefix="buzzer-fuzz-") as folder:
        prepared = [Target(name, SOURCES, options.tree.resolve(), Path(folder) / name) for name in chosen]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            cases = list(pool.map(lambda target: run(target, options.seconds, options.seed), prepared))
        for target, case in zip(prepared, cases):
            if options.keep and case.outcome is Outcome.PASSED:
                keep(target)
    if options.junit is not None:
        write_junit(options.junit, "fuzz", cases)
    failed = [case for case in cases if case.outcome is Outcome.FAILED]
    for case in failed:
        print(f"\n{case.name} failed\n{case.message}", flush=True)
    print(f"{len(cases)} targets, {len(failed)} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
