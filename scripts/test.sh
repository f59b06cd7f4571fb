#!/usr/bin/env bash
# Everything that must pass; the last line reads "N passed, M failed, K skipped". See scripts/testing/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  scripts/install.sh --for-tests </dev/null || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
fi
exec python3 -m scripts.testing "$@"
