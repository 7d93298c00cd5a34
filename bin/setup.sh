#!/bin/sh
# Gets in place what Essence needs: a new enough Node.js, the dependencies, the build. Says what it does while it does it.
#
#   sh bin/setup.sh            prepare only
#   sh bin/setup.sh install    install the dependencies anew, with the builds for the GPUs seen now, and prepare
#   sh bin/setup.sh test …     prepare, then run the tests        (npm test; the quick ones: npm test -- --project unit)
#   sh bin/setup.sh check      prepare, then run the checks       (npm run check)
#   sh bin/setup.sh bench …    prepare, then run the benchmarks   (npm run bench)
#
# Sourced by bin/essence, which asks `prepared` first: that path must stay a matter of milliseconds.

essence_root=${essence_root:-$(cd "$(dirname "$0")/.." && pwd)}
state=$essence_root/.essence
# What is to be installed: see bin/install.ts.
profile=user

say() { printf 'essence: %s\n' "$*" >&2; }

fail() {
  say "$1"
  shift
  for step in "$@"; do printf '  → %s\n' "$step" >&2; done
  exit 3
}

# Is the first file newer than the second, or the second missing?
newer() { [ ! -f "$2" ] || [ -n "$(find "$1" -newer "$2")" ]; }

# The files a build is made from; with arguments, those of them for which find says yes.
sources() {
  find "$essence_root/commands" "$essence_root/src" "$essence_root/plugins" "$essence_root/package.json" \
    -name node_modules -prune -o -name dist -prune -o -path '*/gateway/public' -prune -o \
    \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.svg' -o -name '*.json' \) ! -name 'oclif.manifest.json' \
    "$@" -print 2>/dev/null
}

# Changes when a source comes or goes: what is deleted has no date.
names() { sources | LC_ALL=C sort | cksum; }

# Whether the installed packages are those of the lock file, and the tools of a developer are among them where they are needed.
# The stamp's first word is the profile of bin/install.ts; an empty one was written when everything was installed.
installed() {
  newer "$essence_root/package-lock.json" "$state/installed" && return 1
  read -r installed_profile _ <"$state/installed" || installed_profile=
  [ "$profile" = user ] || [ "${installed_profile:-developer}" = developer ]
}

# Sets $node when everything is in place and not older than what it was made from.
prepared() {
  [ -f "$state/node" ] || return 1
  read -r node <"$state/node"
  if [ ! -x "$node" ] || [ ! -f "$state/built" ] || ! installed; then return 1; fi
  [ -z "$(sources -newer "$state/built" | head -n 1)" ] && [ "$(names)" = "$(cat "$state/built")" ]
}

# Node >= 22.19 is what the dependencies ask for; older ones get the runtime pinned in bin/runtime.
new_enough() {
  version=$("$1" -p 'process.versions.node' 2>/dev/null) || return 1
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 19 ]; }
}

find_node() {
  command -v npm >/dev/null 2>&1 || fail 'npm was not found.' 'Install Node.js 20 or newer with npm, then try again.'
  node=$(command -v node || true)
  if [ -n "$node" ] && new_enough "$node"; then return; fi
  for candidate in "$essence_root"/bin/runtime/node_modules/node-*/bin/node; do
    if [ -x "$candidate" ] && new_enough "$candidate"; then node=$candidate; return; fi
  done
  say "this machine's Node.js is ${version:-missing}; getting a newer one (52 MB, from the npm registry)"
  npm install --no-save --prefix "$essence_root/bin/runtime" --no-audit --no-fund --ignore-scripts --loglevel=error >&2 ||
    fail 'the Node.js runtime could not be installed.' 'Check that the npm registry can be reached (npm ping).' 'Or install Node.js 22.19 or newer yourself.'
  for candidate in "$essence_root"/bin/runtime/node_modules/node-*/bin/node; do
    if [ -x "$candidate" ] && new_enough "$candidate"; then
      node=$candidate
      # For compiling addons, and manuals: 68 MB of 189.
      rm -rf "${candidate%/bin/node}/include" "${candidate%/bin/node}/share"
      return
    fi
  done
  # npm takes it for no failure that it cannot fetch a package for one of several platforms.
  fail "there is no packaged Node.js for this machine ($(uname -sm)), or npm could not fetch it." 'Check that the npm registry can be reached (npm ping).' 'Or install Node.js 22.19 or newer yourself, then try again.'
}

install_dependencies() {
  # Who once had a developer's tools keeps them.
  if [ -f "$state/installed" ] && { [ ! -s "$state/installed" ] || grep -q '^developer' "$state/installed"; }; then profile=developer; fi
  (cd "$essence_root" && "$node" bin/install.ts "$profile") ||
    fail 'the dependencies could not be installed.' 'Check that the npm registry can be reached (npm ping) and that the disk has 3 GB free.'
}

build() {
  say 'building'
  # Stamped before the build, so that a file saved while it runs is built next time.
  names >"$state/building"
  # A source that is gone must not live on as a command.
  rm -rf "$essence_root/dist" "$essence_root/src/dist" "$essence_root"/plugins/*/dist
  (cd "$essence_root" && "$node" node_modules/typescript/bin/tsc -b && "$node" tools/write-manifests.ts &&
    "$node" tools/write-host-program.ts && "$node" tools/write-blank-database.ts &&
    "$node" node_modules/vite/bin/vite.js build plugins/webapp/page --logLevel error) >&2 ||
    fail 'the build failed; the messages above say where.'
  mv "$state/building" "$state/built"
}

# What is started from here, npm above all, runs on the same Node.js.
use_node() {
  PATH=$(dirname "$node"):$PATH
  export PATH
}

prepare() {
  if [ -z "${forced:-}" ] && prepared; then
    use_node
    return
  fi
  mkdir -p "$state" || fail "cannot write to $essence_root." 'Clone Essence into a folder you own.'
  # Two first starts at once would install over each other; the second waits for the first.
  waited=0
  until mkdir "$state/lock" 2>/dev/null; do
    owner=$(cat "$state/lock/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$state/lock"; continue; fi
    [ "$waited" -eq 0 ] && say "another set-up is running (process ${owner:-unknown}); waiting for it"
    waited=$((waited + 1))
    [ "$waited" -gt 900 ] && fail 'the other set-up has not finished in 15 minutes.' "If it is dead: rm -r $state/lock"
    sleep 1
  done
  echo "$$" >"$state/lock/pid"
  trap 'rm -rf "$state/lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ -n "${forced:-}" ] || ! prepared; then
    find_node
    use_node
    if [ -n "${forced:-}" ] || ! installed; then install_dependencies; fi
    build
    printf '%s\n' "$node" >"$state/node"
  fi
  rm -rf "$state/lock"
  trap - EXIT INT TERM
}

case ${0##*/} in
setup.sh)
  set -eu
  task=${1:-prepare}
  [ $# -gt 0 ] && shift
  case $task in
  test | check | bench | weights) profile=developer ;;
  install) forced=yes ;;
  esac
  prepare
  cd "$essence_root"
  case $task in
  prepare | install) ;;
  test) exec "$node" node_modules/vitest/vitest.mjs run "$@" ;;
  check) exec "$node" tools/check.ts "$@" ;;
  bench) exec "$node" bench/run.ts "$@" ;;
  weights) exec "$node" tools/weights.ts "$@" ;;
  *) fail "unknown task: $task" 'One of: prepare, install, test, check, bench, weights' ;;
  esac
  ;;
esac
