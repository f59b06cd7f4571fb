"""The package `buzzer`, found in the checkout; BUZZER_NATIVE names another build of its native module."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "python"))
