"""Where things lie in a checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "run"
SCENARIOS = ROOT / "tests" / "scenarios"
BINARY = ROOT / "build" / "release" / "buzzer"
WEB = ROOT / "build" / "web"
