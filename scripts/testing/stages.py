"""The stages of a test run, in order: what each calls, what it needs, how long it may take."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Tuple

from scripts.testing.files import ROOT

# In a command, stands for the file into which the results of single tests go.
JUNIT = "{junit}"
# In the environment, stands for where sanitizers write; any file there after the stage is a failure.
REPORTS = "{reports}"


@dataclass(frozen=True)
class Stage:
    name: str
    command: List[str]
    limit_minutes: float
    # Stages that must have passed before.
    needs: Tuple[str, ...] = ()
    # Part of --quick.
    quick: bool = False
    # Made of tests, as opposed to checks and builds (only tests are listed by how slow they are).
    tests: bool = False
    environment: Dict[str, str] = field(default_factory=dict)

    @property
    def has_junit(self) -> bool:
        return JUNIT in self.command


PYTHON = sys.executable
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    # RocksDB as Debian ships it is not instrumented.
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1:ignore_noninstrumented_modules=1:"
                    f"suppressions={ROOT / 'scripts' / 'testing' / 'tsan_suppressions.txt'}",
}


def check(name: str, *command: str) -> Stage:
    return Stage(name, list(command), limit_minutes=5, quick=True)


def build(preset: str) -> Stage:
    return Stage(f"build-{preset}", ["scripts/build.sh", preset], limit_minutes=60, quick=preset == "release")


def unit(preset: str, full: bool) -> Stage:
    """CTest finds the tests in build/<preset>/tests."""
    test_limit = "900" if full else "120"
    command = ["ctest", "--preset", preset, "-j2", "--timeout", test_limit, "--output-junit", JUNIT]
    return Stage(
        f"unit-{preset}",
        command,
        limit_minutes=60 if full else 15,
        needs=(f"build-{preset}",),
        quick=preset == "release",
        tests=True,
        environment=SANITIZERS,
    )


def python_tests(name: str, folders: List[str], needs: Tuple[str, ...], quick: bool, full: bool) -> Stage:
    command = [PYTHON, "-m", "scripts.testing.pyunits", "--junit", JUNIT, *folders]
    return Stage(name, command, limit_minutes=60 if full else 10, needs=needs, quick=quick, tests=True)


def scenarios(preset: str, full: bool, selected: str = "") -> Stage:
    """All scenarios, or those named in tests/scenarios/<selected>.txt."""
    command = [PYTHON, "grading.py", "--binary", f"build/{preset}/buzzer", "-j", "2", "--junit", JUNIT]
    if preset != "release":
        command += ["--patience", "4"]
    for name in read_names(ROOT / "tests" / "scenarios" / f"{selected}.txt") if selected else []:
        command += ["-k", name]
    environment = {name: f"{options}:log_path={REPORTS}" for name, options in SANITIZERS.items()}
    return Stage(
        "scenarios" if preset == "release" else f"scenarios-{preset}",
        command,
        limit_minutes=30 if full else 10,
        needs=(f"build-{preset}",),
        quick=preset == "release",
        tests=True,
        environment=environment,
    )


def hostile(preset: str) -> Stage:
    """The tests with hostile peers, against nodes under a sanitizer. Python itself, with its native module, is as always."""
    command = [PYTHON, "-m", "scripts.testing.pyunits", "--junit", JUNIT]
    for name in ("hostile", "strangers", "mesh_peer", "lab_links", "test_room"):
        command += ["-k", name]
    command.append("tests/e2e")
    environment = {name: f"{options}:log_path={REPORTS}" for name, options in SANITIZERS.items()}
    environment.update(BUZZER_BINARY=str(ROOT / "build" / preset / "buzzer"), BUZZER_TEST_PATIENCE="4")
    return Stage(
        f"hostile-{preset}", command, limit_minutes=10, needs=("build-release", f"build-{preset}"), tests=True,
        environment=environment,
    )


def fuzz(full: bool) -> Stage:
    """The kept inputs of every target, then new ones for some seconds, or for minutes."""
    how = ["--seconds", "120", "--seed", "0"] if full else ["--seconds", "3"]
    command = [PYTHON, "-m", "scripts.testing.fuzz", *how, "--junit", JUNIT]
    return Stage("fuzz", command, limit_minutes=60 if full else 10, needs=("build-fuzz",), tests=True)


def web_tests(what: str, needs: Tuple[str, ...], quick: bool, limit_minutes: float) -> Stage:
    command = [PYTHON, "-m", "scripts.testing.web", what, "--junit", JUNIT]
    return Stage(f"web-{what}", command, limit_minutes, needs=needs, quick=quick, tests=True)


def read_names(path: Path) -> List[str]:
    """One name a line; # begins a comment. A missing list names nothing that exists, so that its stage fails."""
    if not path.is_file():
        return [f"missing list {path.name}"]
    lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line]


def all_stages(quick: bool, full: bool) -> List[Stage]:
    module = [PYTHON, "-m", "scripts.testing.checks"]
    stages = [
        Stage("install", ["scripts/install.sh", "--for-tests"], limit_minutes=30, quick=True),
        check("format", *module, "format"),
        check("includes", PYTHON, "scripts/check_includes"),
        check("types", *module, "types"),
        check("shell", *module, "shell"),
        check("links", *module, "links"),
        Stage("web-build", ["scripts/build_web.sh"], limit_minutes=10, quick=True),
        check("web-checks", PYTHON, "-m", "scripts.testing.web", "checks"),
        web_tests("unit", (), quick=True, limit_minutes=10),
        Stage("asyncapi", [PYTHON, "-m", "scripts.testing.asyncapi"], limit_minutes=10),
        build("release"),
        build("asan"),
        build("tsan"),
        build("fuzz"),
        unit("release", full),
        unit("asan", full),
        unit("tsan", full),
        python_tests("python", ["tests/unit/master", "tests/unit/scripts", "tests/unit/docs"], (), quick=True, full=full),
        python_tests("python-package", ["tests/unit/python"], ("build-release",), quick=True, full=full),
        scenarios("release", full, selected="quick" if quick else ""),
        scenarios("asan", full, selected="sanitized"),
        scenarios("tsan", full, selected="sanitized"),
        python_tests("e2e", ["tests/e2e"], ("build-release", "web-build"), quick=False, full=full),
        python_tests("crashes", ["tests/crashes"], ("build-release",), quick=False, full=full),
        hostile("asan"),
        hostile("tsan"),
        fuzz(full),
        web_tests("e2e", ("build-release", "web-build"), quick=False, limit_minutes=60 if full else 15),
        Stage(
            "tidy",
            [PYTHON, "-m", "scripts.testing.tidy", *(["--tests"] if full else []), "--junit", JUNIT],
            limit_minutes=30,
            needs=("build-release",),
        ),
    ]
    return [stage for stage in stages if stage.quick or not quick]


def mode_environment(full: bool) -> Dict[str, str]:
    """Tests that have a longer variant look for BUZZER_TEST_FULL."""
    if full:
        return {"BUZZER_TEST_FULL": "1"}
    os.environ.pop("BUZZER_TEST_FULL", None)
    return {}
