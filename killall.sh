#!/usr/bin/env bash
# Ends every node and master that this project started, found by their pid files, and nothing else.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./killall.sh [FOLDER]

Ends the masters and nodes whose pid files lie below FOLDER (default: run/ of this checkout). A pid file holds
"<pid> <start time>"; a process with another start time is not ours and is left alone. Masters come first,
so that they can stop their nodes in order; what has not ended 3 s after SIGTERM gets SIGKILL.
Exit code 0 when nothing of ours is left.
TEXT
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  -*) echo "killall.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
esac
if [[ $# -gt 1 ]]; then
  usage >&2
  exit 2
fi
folder=${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/run}

# Sets `pid` and `start` from a pid file; fails when it is gone or garbled.
read_pid_file() {
  pid='' start=''
  { read -r pid start <"$1"; } 2>/dev/null || [[ -n $start ]] || return 1
  [[ $pid =~ ^[1-9][0-9]*$ && $start =~ ^[0-9]+$ ]]
}

# Whether process $1, started at $2, still runs. The name in /proc/<pid>/stat may hold spaces and parentheses.
runs() {
  local stat fields
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a fields <<<"${stat##*) }"
  [[ ${fields[19]:-} == "$2" && ${fields[0]} != Z && ${fields[0]} != X ]]
}

# Prints "<pid> <start> <file>" for each live process with a pid file of one of these names.
living() {
  local file pid start tests=()
  for name in "$@"; do
    tests+=(-o -name "$name")
  done
  [[ -d $folder ]] || return 0
  { find "$folder" -type f \( "${tests[@]:1}" \) 2>/dev/null || true; } | sort | while IFS= read -r file; do
    if read_pid_file "$file" && runs "$pid" "$start"; then
      echo "$pid $start $file"
    fi
  done
}

ended=0

# SIGTERM to all of them (and SIGCONT, so that a frozen one can obey), then SIGKILL to those that stay.
end() {
  local list pid start file waited=0
  list=$(living "$@")
  [[ -n $list ]] || return 0
  while read -r pid start file; do
    if kill -TERM "$pid" 2>/dev/null; then
      kill -CONT "$pid" 2>/dev/null || true
    fi
  done <<<"$list"
  while ((waited++ < 60)) && any_runs "$list"; do
    sleep 0.05
  done
  while read -r pid start file; do
    if runs "$pid" "$start" && kill -KILL "$pid" 2>/dev/null; then
      echo "killed pid $pid ($file), which did not stop"
    else
      echo "ended pid $pid ($file)"
    fi
    ended=$((ended + 1))
  done <<<"$list"
  waited=0
  while ((waited++ < 60)) && any_runs "$list"; do
    sleep 0.05
  done
}

any_runs() {
  local pid start file
  while read -r pid start file; do
    if runs "$pid" "$start"; then
      return 0
    fi
  done <<<"$1"
  return 1
}

remove_stale_pid_files() {
  local file pid start
  [[ -d $folder ]] || return 0
  { find "$folder" -type f \( -name pid -o -name master.pid -o -name up.pid \) 2>/dev/null || true; } |
    while IFS= read -r file; do
      if read_pid_file "$file" && ! runs "$pid" "$start"; then
        rm -f "$file"
      fi
    done
}

end master.pid up.pid
end pid
remove_stale_pid_files
left=$(living master.pid up.pid pid)
if [[ -n $left ]]; then
  echo "killall.sh: could not end these (<pid> <start time> <pid file>):" >&2
  echo "$left" >&2
  exit 1
fi
if ((ended == 0)); then
  echo "nothing of this project is running in $folder"
fi
