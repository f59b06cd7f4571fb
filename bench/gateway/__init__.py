"""The gateway's bench: python3 -m bench.gateway [--quick]; scripts/bench.sh gateway builds what it needs first."""
