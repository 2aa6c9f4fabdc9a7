#!/bin/sh
# Make this checkout ready for `run`, `test` or `long`. A second call finds it ready and does nothing.
set -eu
cd "$(dirname "$0")"

purpose=$1
lock=requirements.lock
packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
# For names in most scripts of the world: 14 MB to fetch, 55 MB on disk.
packages="$packages fonts-noto-core fonts-droid-fallback fonts-dejavu-core"
# What the long tests want beside: veraPDF's rules are applied by Java.
if [ "$purpose" = long ]; then
    purpose=test
    command -v javac >/dev/null || packages="$packages default-jdk-headless"
fi
if [ "$purpose" = test ]; then
    lock=requirements-dev.lock
    packages="$packages chromium jq libatomic1 poppler-utils qpdf strace" # libatomic1: the browser's driver
fi

stop() {
    echo "$1" >&2
    exit 1
}

state() {
    cksum setup.sh pyproject.toml requirements.lock "$lock"
    pwd -P
    .venv/bin/python --version 2>/dev/null || echo none
}

is_ready() {
    [ "$(cat ".venv/.ready-$purpose" 2>/dev/null)" = "$(state)" ] && [ -z "$(missing)" ]
}

# Which of the Debian packages are not there; on other systems their owner knows.
missing() {
    command -v dpkg-query >/dev/null || return 0
    for package in $packages; do
        case $(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null) in
            ii*) ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

install_packages() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages="python3-venv $packages"
    wanted=$(missing)
    [ -n "$wanted" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        root="env"
    elif sudo -n true 2>/dev/null; then
        root="sudo -n env"
    else
        stop "Run this once, then try again:
  sudo apt-get update && sudo apt-get install --no-install-recommends $wanted"
    fi
    echo "Installing $wanted" >&2
    # 9 is the lock: what a package starts must not keep it.
    $root apt-get -qq update 9<&- || echo "The package lists could not be refreshed; trying those that are here." >&2
    # shellcheck disable=SC2086 # a list of words
    $root DEBIAN_FRONTEND=noninteractive apt-get -qq --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install $wanted 9<&- >/dev/null
}

make_environment() {
    # One that was moved, half made, or whose Python is gone is made anew.
    [ "$(cat .venv/.place 2>/dev/null)" = "$(pwd -P)" ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return 0
    python3 -m venv --clear .venv
    pwd -P >.venv/.place
}

install_python() {
    echo "Installing what $lock names into .venv" >&2
    pip install --only-binary :all: --require-hashes --requirement "$lock"
    pip install --no-index --no-deps --no-build-isolation --editable .
}

pip() {
    .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input "$@"
}

command -v python3 >/dev/null || stop "The portal needs python3, version 3.11 or newer."
is_ready && exit 0
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "The portal needs Python 3.11 or newer; python3 here is $(python3 --version)."

# One set-up at a time: the lock belongs to this open file, so it ends with this process.
exec 9<setup.sh
python3 -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
is_ready && exit 0
install_packages
make_environment
install_python
# What `test` needs contains what `run` needs.
[ "$purpose" = run ] || (lock=requirements.lock && state >.venv/.ready-run)
state >".venv/.ready-$purpose"
