#!/usr/bin/env bash
# Installs and builds what a bench needs, runs it, shows a table; figures and chart go to build/bench/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: scripts/bench.sh core|gateway|mesh|room [--quick] [--only PART ...] [--publish]

  core     the core: durable posts, their arrival, feeds, what followers cost, catching up, a social graph, restarts
  gateway  clients: pushes to followers, durable posts, idle sessions, handshakes
  mesh     links beside a bare echo; how soon a grid is whole; how soon a lost node is off
  room     the chat room with 500 clients, beside redis-server, nats-server and plain loops
  --quick  fewer and shorter repetitions, to see that it works
  --publish  put table and chart of a whole run into docs/benchmarks.md as well (core, mesh, room)

Results: a table, build/bench/<bench>.json and build/bench/<bench>.svg. Leave the machine alone meanwhile.
TEXT
}

case "${1:-}" in
  core | gateway | mesh | room) bench=$1; shift ;;
  -h | --help) usage; exit 0 ;;
  "") usage >&2; exit 2 ;;
  *) echo "bench.sh: no bench '$1'; there are core, gateway, mesh and room" >&2; usage >&2; exit 2 ;;
esac

scripts/install.sh --for-benches
if grep -q '^benchmark_DIR:PATH=.*NOTFOUND' build/release/CMakeCache.txt 2>/dev/null; then
  rm -f build/release/build.ninja  # Google Benchmark came after this tree was configured
fi
scripts/build.sh --quiet release "bench_$bench"
# Without them the room is measured all the same, but not published; why they are not there has been said.
if [[ $bench == room ]]; then scripts/bench_tools.sh || [[ " $* " != *" --publish "* ]]; fi
exec python3 -m "bench.$bench" "$@"
