#!/usr/bin/env bash
# Installs the Debian 12 packages that Buzzer is built from; with --for-tests also those that its tests and
# its Python package use.
# Does nothing, without network and within milliseconds, when nothing is missing.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/install.sh [--for-tests] [--check]

  --for-tests  also what scripts/test.sh needs
  --check      only say what is missing (exit code 1 if anything is)
TEXT
}

# docs/dependencies.md says why each of them is there.
build_packages=(
  g++ cmake ninja-build ccache pkg-config git
  libasio-dev libprotobuf-dev protobuf-compiler libspdlog-dev libcli11-dev nlohmann-json3-dev libsodium-dev
  libexpected-dev librocksdb-dev libutf8proc-dev libxxhash-dev
  pybind11-dev python3-dev  # the Python package
)
test_packages=(
  libgtest-dev libgmock-dev librapidcheck-dev clang-format clang-tidy mypy shellcheck iproute2 chromium
  clang-14 libclang-rt-14-dev llvm-14  # the fuzz targets
)
bench_packages=(libbenchmark-dev)

for_tests=no
for_benches=no
check_only=no
for argument in "$@"; do
  case "$argument" in
    --for-tests) for_tests=yes ;;
    --for-benches) for_benches=yes ;;
    --check) check_only=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "install.sh: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done

wanted=("${build_packages[@]}")
if [[ $for_tests == yes ]]; then wanted+=("${test_packages[@]}"); fi
# The tests look over the benches too.
if [[ $for_tests == yes || $for_benches == yes ]]; then wanted+=("${bench_packages[@]}"); fi
# For the web client. Any node from 18.18 on serves, wherever it comes from; Debian's npm does not go with another's node.
if ! { command -v node && command -v npm; } >/dev/null; then
  wanted+=(nodejs npm)
else
  node_version=$(node --version)
  IFS=. read -r major minor _ <<<"${node_version#v}"
  if ((major < 18 || (major == 18 && minor < 18))); then
    echo "install.sh: $(command -v node) is $node_version, and the web client needs 18.18 or newer: renew it, or take it" \
      "off the PATH and run this again, which then installs Debian's. Everything else goes without." >&2
  fi
fi
# Any python3 from 3.9 on serves, wherever it comes from.
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then wanted+=(python3); fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  {
    echo "install.sh: this is not a Debian system (no dpkg-query or apt-get)."
    echo "Install the equivalents of these Debian 12 packages yourself, then run scripts/build.sh:"
    echo "  ${wanted[*]}"
  } >&2
  exit 1
fi

# dpkg-query fails when it has never heard of one of the names; that one is missing then.
declare -A installed=()
while read -r name status; do
  if [[ $status == installed ]]; then installed[$name]=1; fi
done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)

missing=()
for name in "${wanted[@]}"; do
  if [[ -z ${installed[$name]:-} ]]; then missing+=("$name"); fi
done

if ((${#missing[@]} == 0)); then exit 0; fi
echo "Missing packages: ${missing[*]}"
if [[ $check_only == yes ]]; then exit 1; fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    {
      echo "install.sh: packages are missing, and neither are you root nor is sudo here. As root, run:"
      echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    } >&2
    exit 1
  fi
  as_root=(sudo)
  echo "Installing them with sudo; it may ask for your password."
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@"
}

give_up() {
  {
    echo
    echo "install.sh: $1"
    echo "Look at apt's own message above. Usual causes: no network, another apt running, or a system that is"
    echo "not Debian 12. When that is mended, run scripts/install.sh again; it goes on where it stopped."
  } >&2
  exit 1
}

echo "Updating the package lists ..."
apt update || give_up "the package lists could not be updated."
echo "Installing ${#missing[@]} package(s) and what they need ..."
apt install -y --no-install-recommends "${missing[@]}" || give_up "these packages could not be installed: ${missing[*]}"
echo "Installed: ${missing[*]}"
