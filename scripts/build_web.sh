#!/usr/bin/env bash
# Builds the web client into build/web, where the nodes that scripts/up.sh starts find it.
# Does nothing, without network and within a second, when nothing has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: scripts/build_web.sh [--quiet] [--packages]

  --packages  only install what the client is built and tested with, into web/node_modules
  --quiet     say nothing when there is nothing to do

It takes the node (18.18 or newer) and npm that are on the PATH. The packages come from npm's registry, as
web/package-lock.json has them; none of their own scripts is run.
TEXT
}

quiet=no
packages_only=no
for argument in "$@"; do
  case "$argument" in
    --quiet) quiet=yes ;;
    --packages) packages_only=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "build_web.sh: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done

give_up() {
  { echo; printf 'build_web.sh: %s\n' "$@"; } >&2
  exit 1
}

for tool in node npm; do
  command -v "$tool" >/dev/null || give_up "$tool is not installed. Run scripts/install.sh, then this again."
done
node_version=$(node --version)
IFS=. read -r major minor _ <<<"${node_version#v}"
if ((major < 18 || (major == 18 && minor < 18))); then
  give_up "$(command -v node) is $node_version, and the web client needs 18.18 or newer." \
    "Renew it, or take it off the PATH and run scripts/install.sh, which gets Debian's."
fi

out=build/web
new=build/web.new
lock=web/package-lock.json
# A registry that is out of reach is given up after a minute or two, not after a quarter of an hour.
npm_options=(--ignore-scripts --no-audit --no-fund --loglevel=error)
npm_options+=(--fetch-retries=1 --fetch-retry-mintimeout=2000 --fetch-timeout=60000)
# Written last, and gone as soon as npm begins anew.
installed=web/node_modules/.installed-lock.json

if ! cmp -s "$lock" "$installed"; then
  echo "Installing the packages that the web client is built with (web/node_modules) ..."
  (cd web && npm ci "${npm_options[@]}") || give_up \
    "npm could not install them; its message is above." \
    "Without network: copy web/node_modules from a machine that has it, or point npm to a mirror" \
    "(npm config set registry URL). Then run scripts/build_web.sh again. Everything else of Buzzer goes without it."
  cp "$lock" "$installed"
fi
if [[ $packages_only == yes ]]; then exit 0; fi

# What the result depends on: names and contents.
sources() {
  find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/tests -prune \
    -o -type f ! -name '*.test.ts' ! -name '*.test.tsx' ! -name '*.md' -print0 | sort -z | xargs -0 sha256sum
  sha256sum scripts/build_web.sh
}
stamp=$(sources | sha256sum)
if [[ $stamp == "$(cat "$out/.stamp" 2>/dev/null)" ]]; then
  if [[ $quiet == no ]]; then echo "The web client in $out is up to date."; fi
  exit 0
fi

echo "Building the web client ..."
trap 'rm -rf "$new"' EXIT
rm -rf "$new"
mkdir -p build
(cd web && node node_modules/vite/bin/vite.js build --outDir "../$new") || give_up \
  "building the web client failed; the first message above that names a file or a limit says why."
echo "$stamp" >"$new/.stamp"
# Nodes read the folder when they start: it is never half there for longer than this.
rm -rf "$out"
mv "$new" "$out"
echo "Built $out; nodes that run already serve the former one until they are started again."
