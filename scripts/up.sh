#!/usr/bin/env bash
# From a fresh clone to a running grid: installs what is missing, builds, starts the nodes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for argument in "$@"; do
  if [[ $argument == -h || $argument == --help ]]; then
    echo "scripts/up.sh first installs what is missing and builds (a second run needs neither, and no network); then:"
    if python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
      exec python3 -m master.up --help
    fi
    echo "usage: scripts/up.sh [N] [--detach] [--fresh]   (run scripts/install.sh to see all options)"
    exit 0
  fi
done

scripts/install.sh
scripts/build.sh --quiet release buzzer python_package
scripts/build_web.sh --quiet || echo "Going on without a newly built web client." >&2
exec python3 -m master.up "$@"
