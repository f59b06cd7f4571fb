#!/usr/bin/env bash
# Runs whole grids on virtual time, a grid for each seed; exits with 1 if any run found a problem.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: scripts/simulate.sh [--seeds N] [--first S] [--minutes M] [--jobs J] [--replicated] [--nodes N] [--trouble SECONDS]
       scripts/simulate.sh --replay SEED [--replicated] [--nodes N] [--trouble SECONDS]

  --seeds N      how many seeds (default: 1000; with --minutes: as many as there is time for)
  --first S      the first of them (default: 1)
  --minutes M    begin no further seed after so many minutes of real time
  --jobs J       processes that share the seeds (default: one per core)
  --replicated   a shard alone over a replicated kind of journal, instead of a grid
  --nodes N      nodes of each grid, 1 to 7 (default: drawn from the seed)
  --trouble S    virtual seconds of faults (default: drawn from the seed)
  --replay SEED  this seed alone, with all that happens and when

A run is the same whenever and wherever it is repeated, until the code changes. docs/simulation.md says what is in it.
TEXT
}

seeds='' first=1 minutes='' jobs=$(nproc) replay=''
passed_on=()
while (($# > 0)); do
  case "$1" in
    --replicated) passed_on+=("$1"); shift; continue ;;
    -h | --help) usage; exit 0 ;;
    --seeds | --first | --minutes | --jobs | --replay | --nodes | --trouble) ;;
    *) echo "simulate.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
  if (($# < 2)) || ! [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]]; then
    echo "simulate.sh: $1 needs a number" >&2
    exit 2
  fi
  case "$1" in
    --seeds) seeds=$2 ;;
    --first) first=$2 ;;
    --minutes) minutes=$2; passed_on+=("$1" "$2") ;;
    --jobs) jobs=$2 ;;
    --replay) replay=$2 ;;
    *) passed_on+=("$1" "$2") ;;
  esac
  shift 2
done

scripts/build.sh --quiet release simulate
program=build/release/tests/simulation/simulate
if [[ -n $replay ]]; then exec "$program" --replay "$replay" "${passed_on[@]}"; fi

if [[ -z $seeds ]]; then
  seeds=1000
  if [[ -n $minutes ]]; then seeds=1000000000; fi
fi
if ((jobs > seeds)); then jobs=$seeds; fi
if ((jobs < 1)); then echo "simulate.sh: nothing to do"; exit 0; fi

# Process number j runs the seeds first + j, first + j + jobs, ...
begun=$(date +%s%N)
results=$(mktemp)
trap 'rm -f "$results"' EXIT
processes=()
for ((job = 0; job < jobs; ++job)); do
  own=$((seeds / jobs + (job < seeds % jobs ? 1 : 0)))
  "$program" --first $((first + job)) --step "$jobs" --seeds "$own" "${passed_on[@]}" \
    > >(tee -a "$results") &
  processes+=($!)
done
failed=0
for process in "${processes[@]}"; do wait "$process" || failed=1; done
wait

if ((jobs > 1)); then
  awk -v ns=$(($(date +%s%N) - begun)) '
    / simulated minutes in / { seeds += $1; failed += $3; for (i = 1; i <= NF; ++i) if ($i == "simulated") minutes += $(i - 1) }
    END { printf "together %d seeds, %d failed; %d simulated minutes: %d per minute\n", seeds, failed, minutes, minutes * 60e9 / ns }
  ' "$results"
fi
exit "$failed"
