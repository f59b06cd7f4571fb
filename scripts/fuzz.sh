#!/usr/bin/env bash
# Builds and runs the fuzz targets of tests/fuzz, all or those named: scripts/fuzz.sh [--seconds S] [TARGET ...]
# `--help` tells the other options; tests/fuzz/README.md what the targets are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
  -h | --help) ;;
  *) scripts/build.sh --quiet fuzz fuzz_targets ;;
esac
exec python3 -m scripts.testing.fuzz "$@"
