"""The core's bench: python3 -m bench.core [--quick]; scripts/bench.sh core builds what it needs first."""
