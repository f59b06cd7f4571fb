#!/usr/bin/env bash
# Makes the pictures in docs/images anew: each page of the web client, in both themes, on a phone and on a desktop.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'TEXT'
usage: scripts/screenshots.sh

Starts a grid of its own, fills it with a small made-up community, and makes pictures of each page of the web client
in docs/images/<page>-<phone|desktop>-<light|dark>.png. Needs the node (scripts/build.sh), the web client
(scripts/build_web.sh) and Chromium (CHROMIUM, else /usr/bin/chromium). Takes about a minute.
TEXT
  exit 0
fi
if [[ $# -gt 0 ]]; then
  echo "screenshots.sh: unknown argument '$1'" >&2
  exit 2
fi

mkdir -p docs/images
cd web
BUZZER_E2E_RUN="$PWD/../build/web-e2e/screenshots-run" npx playwright test --config tests/screenshots/screenshots.config.ts
