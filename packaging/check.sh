#!/usr/bin/env bash
# Tries what a release is made of as a user would get it: check.sh FOLDER TARGET
# Unpacks the archive, installs the wheel into a fresh virtual environment and, where Node is there, the npm packages into a
# fresh folder, and runs each on a project of the fixtures. Nothing is published.
set -euo pipefail

folder=$(cd "${1:?the folder with the archive and the wheel}" && pwd)
target=${2:?the target}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A program is what it says it is, and finds in the showcase what there is to find.
try() {
    local said code=0
    said=$("$@" --version)
    [ "$said" = "keydrift $version" ] || { echo "$1 says: $said"; exit 1; }
    "$@" check "$root/fixtures/projects/showcase" --format json --no-cache >"$work/findings.json" || code=$?
    [ "$code" = 1 ] || { echo "$1 ends with $code"; exit 1; }
    grep -q '"schema": "keydrift.findings/1"' "$work/findings.json"
    grep -q '"rule": "missing-required"' "$work/findings.json"
    echo "ok: $*"
}

archive="keydrift-$target.tar.gz"
(cd "$folder" && if command -v sha256sum >/dev/null; then sha256sum --check --quiet "$archive.sha256"; else shasum -a 256 --check --quiet "$archive.sha256"; fi)
tar -xzf "$folder/$archive" -C "$work"
unpacked="$work/keydrift-$target"
try "$unpacked/keydrift"
bash -n "$unpacked/completions/keydrift.bash"
[ -s "$unpacked/man/keydrift-check.1" ]

wheels=("$folder"/keydrift-"$version"-*.whl)
if [ -e "${wheels[0]}" ]; then
    python3 -m venv "$work/venv" || python -m venv "$work/venv"
    bin="$work/venv/bin"
    [ -d "$bin" ] || bin="$work/venv/Scripts"
    "$bin/pip" install --quiet --no-index --no-deps --find-links "$folder" keydrift
    try "$bin/keydrift"
fi

if command -v npm >/dev/null; then
    node "$root/packaging/npm/pack.mjs" "$folder" "$work/npm"
    mkdir "$work/project"
    cd "$work/project"
    npm init --yes >/dev/null
    npm install --silent --offline --no-audit --no-fund --omit=optional "$work"/npm/*.tgz
    try "$work/project/node_modules/.bin/keydrift"
fi
