"""The mesh's bench: python3 -m bench.mesh [--quick]; scripts/bench.sh mesh builds what it needs first."""
