"""The room's bench: python3 -m bench.room [--quick]; scripts/bench.sh room builds and gets what it needs first."""
