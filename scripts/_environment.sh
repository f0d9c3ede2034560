# Sourced by the scripts beside it: goes to the top of the checkout and defines how environments are made.
# Needs nothing but bash, and Python 3.11 or newer with pip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A caller's settings could shadow what is pinned, or send it elsewhere. Those that say where packages come from, and
# how to get there, stay.
unset CDPATH PYTHONHOME PYTHONPATH PIP_CONSTRAINT PIP_DRY_RUN PIP_EDITABLE PIP_NO_BINARY PIP_NO_DEPS PIP_ONLY_BINARY \
  PIP_PLATFORM PIP_PREFIX PIP_PYTHON PIP_PYTHON_VERSION PIP_REPORT PIP_REQUIREMENT PIP_ROOT PIP_SRC PIP_TARGET
# pip refuses `user = true` of a configuration file inside an environment; only a variable overrides it.
export PIP_USER=0

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Print the Python to use: $PYTHON where it is set, else the first that is new enough.
# Of an activated environment it is the one beneath, since the environment may be about to go.
find_python() {
  local candidate candidates=(python3 python3.13 python3.12 python3.11 python3.14 python)
  [ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
  for candidate in "${candidates[@]}"; do
    "$candidate" -c 'import sys; print(sys._base_executable) if sys.version_info >= (3, 11) else sys.exit(1)' \
      2>/dev/null && return
  done
  fail "Python 3.11 or newer is needed, and none is found as ${candidates[*]}; name yours: PYTHON=/path/to/python3 $0"
}

# new_environment FOLDER PYTHON: an empty environment, and `pip`, the command that installs into it.
new_environment() {
  rm -rf "$1"
  if "$2" -c 'import ensurepip' 2>/dev/null; then
    "$2" -m venv "$1"
    pip=("$1/bin/python" -m pip)
  else
    # Debian keeps this part of Python in a package of its own, python3-venv; its pip can do without.
    "$2" -m pip --version >/dev/null 2>&1 || fail "$2 has neither ensurepip nor pip: install one (python3-venv on Debian)"
    "$2" -m venv --without-pip "$1"
    pip=("$2" -m pip --python "$1/bin/python")
  fi
  # Once quiet, pip still warns of indexes that lack a package; twice quiet, it tells errors only.
  pip+=(install -qq --disable-pip-version-check)
}

# make_environment FOLDER LOCK [PROJECT]: an environment of just what LOCK pins and, where PROJECT (its pyproject.toml)
# is given, this project, editable. Nothing is done where that is so already.
make_environment() {
  local folder=$1 lock=$2 project=${3:-} python stamp pip
  python=$(find_python)
  # The folder too: an environment does not survive being moved.
  stamp=$({ "$python" -VV && pwd && cat "$lock" ${project:+"$project"}; } |
    "$python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
  if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ] && "$folder/bin/python" -c '' 2>/dev/null; then
    return
  fi
  printf 'Setting up %s from %s; this is done once ...\n' "$folder" "$lock" >&2
  new_environment "$folder" "$python"
  # Wheels only: nothing is compiled, and no package's own code runs; but for what a lock file excepts by name.
  "${pip[@]}" --require-hashes --only-binary :all: -r "$lock"
  if [ -n "$project" ]; then
    "${pip[@]}" --no-deps --no-build-isolation -e .
    # Python reads this file in the locale's encoding, and under LC_ALL=C does not start where the checkout's path holds
    # other letters than ASCII. Relative to itself, the path holds none.
    printf '../../../..\n' >"$folder"/lib/python3.*/site-packages/*corpus_pkg.pth
  fi
  # Last, so that a set-up that was interrupted has no stamp and is made anew.
  printf '%s\n' "$stamp" >"$folder/stamp"
}
