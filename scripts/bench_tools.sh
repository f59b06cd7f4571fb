#!/usr/bin/env bash
# Gets the brokers that the room is measured beside, redis-server and nats-server, into build/tools. What is installed
# is taken; else Debian's packages, and of the libraries that they need those that are missing, are unpacked there, not
# installed. Does nothing when both are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=build/tools
brokers=(redis-server nats-server)

case "${1:-}" in
  "") ;;
  -h | --help) echo "usage: scripts/bench_tools.sh"; exit 0 ;;
  *) echo "bench_tools.sh: unknown argument '$1'" >&2; exit 2 ;;
esac

give_up() {
  echo "bench_tools.sh: $1" >&2
  echo "Without ${brokers[*]} the room is measured alone. Install them, or run this again when that is mended." >&2
  exit 1
}

works() { "$1" --version >/dev/null 2>&1; }

missing=()
for broker in "${brokers[@]}"; do
  if works "$tools/$broker"; then continue; fi
  mkdir -p "$tools"
  rm -f "$tools/$broker"
  if installed=$(command -v "$broker"); then ln -s "$installed" "$tools/$broker"; else missing+=("$broker"); fi
done
if ((${#missing[@]} == 0)); then exit 0; fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then give_up "this is not a Debian system."; fi
# What apt would install, by name and version; its lists may be old, or not be there.
wanted() { apt-get install --simulate --no-install-recommends "${missing[@]}" 2>/dev/null | sed -n 's/^Inst \([^ ]*\) .*/\1/p'; }
mkdir -p "$tools/packages"
fetch() {
  local names
  names=$(wanted) && [[ -n $names ]] || return 1
  # shellcheck disable=SC2086  # names of packages
  (cd "$tools/packages" && apt-get download -qq $names 2>/dev/null)
}
echo "Getting ${missing[*]} into $tools ..."
if ! fetch; then
  if ((EUID == 0)); then apt-get update -qq || give_up "the package lists could not be updated."; fi
  fetch || give_up "the packages could not be fetched."
fi
for package in "$tools"/packages/*.deb; do dpkg-deb --extract "$package" "$tools/root"; done

for broker in "${missing[@]}"; do
  cat >"$tools/$broker" <<'WRAPPER'
#!/usr/bin/env bash
# The unpacked program with the libraries unpacked beside it; it keeps this process's id.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/root
name=$(basename "$0")
for folder in "$root"/usr/lib/*-linux-*; do LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; done
export LD_LIBRARY_PATH
for program in "$root"/usr/bin/"$name" "$root"/usr/sbin/"$name"; do
  if [[ -x $program ]]; then exec "$program" "$@"; fi
done
echo "$name is not in $root" >&2
exit 1
WRAPPER
  chmod +x "$tools/$broker"
  works "$tools/$broker" || give_up "$broker was unpacked and does not run: $tools/$broker --version"
done
rm -rf "$tools/packages"
