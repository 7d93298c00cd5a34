#!/bin/sh
# Runs a service of this release, or any command of its CLI:
#
#   SERVICE_NAME=@SERVICE@ ./run.sh [FLAG …]     the service; ENV_SH=FILE names its environment
#   SERVICE_NAME=config ./run.sh --json          essence config --json
#
# Becomes the program it starts (exec): its pid, its signals and its exit status are the service's own. Standard output is
# the service's; what is said here goes to standard error. Exit statuses of its own: 2 nothing to run was named,
# 3 the environment or Node.js is missing (as in docs/exit-codes.md).
set -eu

say() { printf 'run.sh: %s\n' "$*" >&2; }

fail() {
  status=$1
  say "$2"
  shift 2
  for step in "$@"; do printf '  → %s\n' "$step" >&2; done
  exit "$status"
}

# The release itself, not `current`, which may point to another one while this one still runs.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)

[ -n "${SERVICE_NAME:-}" ] || fail 2 'SERVICE_NAME is not set: what shall run?' \
  'The service of this release: SERVICE_NAME=@SERVICE@ ./run.sh' 'A command of its CLI: SERVICE_NAME=doctor ./run.sh'

# Exports what a file assigns. It may refer to what is unset, and a command in it may fail, as in any shell.
source_environment() {
  case $1 in */*) file=$1 ;; *) file=./$1 ;; esac
  printf 'Sourcing environment from: %s\n' "$1" >&2
  set +eu
  set -a
  # shellcheck source=/dev/null
  . "$file"
  set +a
  set -eu
}

if [ -n "${ENV_SH:-}" ]; then
  if [ ! -r "$ENV_SH" ] || [ -d "$ENV_SH" ]; then
    fail 3 "ENV_SH is $ENV_SH, which is no file this user may read." \
      'Name the file with the settings of the service, or unset ENV_SH.'
  fi
  source_environment "$ENV_SH"
elif [ -r "$here/.env" ]; then
  source_environment "$here/.env"
fi

# Node.js @NODE_RANGE@, as the dependencies ask for.
new_enough() {
  found=$("$1" --version 2>/dev/null) || return 1
  version=${found#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  case $major$minor in *[!0-9]* | '') return 1 ;; esac
  [ "$major" -gt @NODE_MAJOR@ ] || { [ "$major" -eq @NODE_MAJOR@ ] && [ "$minor" -ge @NODE_MINOR@ ]; }
}

node=
older=
for candidate in "$here/@NODE_BUNDLED@" "$(command -v node || true)" /usr/local/bin/node /usr/bin/node; do
  if [ ! -f "$candidate" ] || [ ! -x "$candidate" ]; then continue; fi
  if new_enough "$candidate"; then
    node=$candidate
    break
  fi
  case $older in *"$candidate ("*) continue ;; esac
  older="${older:+$older, }$candidate (${found:-does not run here})"
done
[ -n "$node" ] || fail 3 "no Node.js @NODE_RANGE@ was found${older:+, only $older}." \
  'Install one so that PATH names it.' 'Or build with one inside: essence build @SERVICE@ --with-node'

# /health answers with it, so that a deploy knows which release it speaks to.
ESSENCE_BUILD=$(sed -n -e 's/^ *"build": *"\([0-9a-f-]*\)",$/\1/p' -e '/"files"/q' "$here/manifest.json")
# Plugins that a person of this machine linked are not of this release.
ESSENCE_DATA_DIR=$here/plugins
export ESSENCE_BUILD ESSENCE_DATA_DIR

# The ports that the supervisor holds are for the process this one becomes: sd_listen_fds(3).
if [ -n "${LISTEN_FDS:-}" ]; then
  LISTEN_PID=$$
  export LISTEN_PID
fi

case $SERVICE_NAME in
@CASES@
*) command=$SERVICE_NAME ;;
esac
exec "$node" "$here/bin/run.js" "$command" "$@"
