#!/usr/bin/env bash
# Configures (only when needed) and builds one preset into build/<preset>.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: scripts/build.sh [--quiet] [preset] [targets ...]

  preset    release (default), debug, asan (with UBSan), tsan or fuzz (the fuzz targets, with clang)
  targets   what to build (default: everything)
  --quiet   say nothing when there is nothing to do

The results are in build/<preset>/, the node is build/<preset>/buzzer.
Set JOBS to build with another number of processes than there are cores.
TEXT
}

quiet=no
arguments=()
for argument in "$@"; do
  case "$argument" in
    --quiet) quiet=yes ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "build.sh: unknown option '$argument'" >&2; usage >&2; exit 2 ;;
    *) arguments+=("$argument") ;;
  esac
done
preset=${arguments[0]:-release}
targets=("${arguments[@]:1}")
case "$preset" in
  release | debug | asan | tsan | fuzz) ;;
  *) echo "build.sh: no preset '$preset'; there are release, debug, asan, tsan, fuzz" >&2; exit 2 ;;
esac

root=$PWD
tree=build/$preset
log=$tree/configure.log
jobs=${JOBS:-$(nproc)}

tools=(cmake ninja g++)
if [[ $preset == fuzz ]]; then tools+=(clang++-14); fi
for tool in "${tools[@]}"; do
  if ! command -v "$tool" >/dev/null; then
    echo "build.sh: $tool is not installed. Run scripts/install.sh (with --for-tests for preset fuzz), then this again." >&2
    exit 1
  fi
done

configure() {
  mkdir -p "$tree"
  if [[ $quiet == no ]]; then
    cmake "$@" --preset "$preset" && return 0
  else
    echo "Configuring $tree ..."
    cmake "$@" --preset "$preset" >"$log" 2>&1 && return 0
    cat "$log" >&2
  fi
  rm -f "$tree/build.ninja"  # so that the next run configures again
  {
    echo
    echo "build.sh: configuring preset '$preset' failed; cmake's message is above."
    echo "If it misses a package, run scripts/install.sh --for-tests. If the tree is in disorder, remove $tree."
    echo "Then run scripts/build.sh $preset again."
  } >&2
  exit 1
}

# Whether python3 is another one than the Python package was configured for, or pybind11 came since.
python_changed() {
  local configured_python present_python
  configured_python=$(sed -n 's/^BUZZER_PYTHON_FOR:INTERNAL=//p' "$tree/CMakeCache.txt")
  present_python=$(python3 -c 'import sys; print(sys.executable, sys.hexversion)' 2>/dev/null) || return 1
  [[ -n $configured_python && $configured_python != "$present_python" ]] && compgen -G '/usr/*/cmake/pybind11' >/dev/null
}

# Ninja itself configures again when a CMakeLists.txt changed; it does not look at the presets.
configured_for=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$tree/CMakeCache.txt" 2>/dev/null || true)
if [[ -n $configured_for && $configured_for != "$root" ]]; then
  echo "$tree was configured for $configured_for; configuring it anew."
  configure --fresh
elif [[ ! -f $tree/build.ninja || CMakePresets.json -nt $tree/build.ninja ]]; then
  configure
elif grep -q '^GTest_DIR:PATH=.*NOTFOUND' "$tree/CMakeCache.txt" && compgen -G '/usr/lib/*/cmake/GTest' >/dev/null; then
  # GoogleTest came after this tree was configured: now the tests can be built too.
  configure
elif [[ $quiet == no ]] && python_changed; then
  configure
fi

if [[ $quiet == yes ]]; then
  # A dry run takes milliseconds.
  plan=$(ninja -C "$tree" -n "${targets[@]}" 2>&1 || true)
  if [[ $plan == *"no work to do"* ]]; then exit 0; fi
  echo "Building $tree ..."
fi

command=(cmake --build --preset "$preset" -j "$jobs")
if ((${#targets[@]} > 0)); then command+=(--target "${targets[@]}"); fi
if ! "${command[@]}"; then
  {
    echo
    echo "build.sh: building preset '$preset' failed; the first message with 'error:' or 'FAILED:' above says why."
    echo "If the compiler was killed, memory ran out: try JOBS=1 scripts/build.sh $preset."
    echo "If a header or a package is missing, run scripts/install.sh --for-tests."
  } >&2
  exit 1
fi
