#!/usr/bin/env bash
# Packs a built program for a release: archive.sh FOLDER-OF-THE-PROGRAM TARGET DESTINATION
# The archive holds the program, its manual pages, its completions and its licences; beside it stands its digest.
set -euo pipefail

built=${1:?the folder that holds the program}
target=${2:?the target}
destination=${3:?where the archive goes}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

program="$built/keydrift"
[ -e "$program" ] || program="$built/keydrift.exe"
name="keydrift-$target"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name/completions" "$stage/$name/man" "$destination"
cp "$program" "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$root/README.md" "$root/CHANGELOG.md" "$stage/$name/"
"$program" man "$stage/$name/man"
for shell in bash elvish fish powershell zsh; do
    "$program" completions "$shell" >"$stage/$name/completions/keydrift.$shell"
done
tar -czf "$destination/$name.tar.gz" -C "$stage" "$name"
cd "$destination"
if command -v sha256sum >/dev/null; then
    sha256sum "$name.tar.gz" >"$name.tar.gz.sha256"
else
    shasum -a 256 "$name.tar.gz" >"$name.tar.gz.sha256"
fi
