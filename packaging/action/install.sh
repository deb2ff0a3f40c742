#!/usr/bin/env bash
# Puts the program into a folder: the archive of a release, checked against its digest and its attestation, or built from
# the checkout of the action, where no version is named.
set -euo pipefail

bin=${KEYDRIFT_BIN:?the folder for the program}
mkdir -p "$bin"

if [ -z "${KEYDRIFT_VERSION:-}" ]; then
    cargo install --locked --quiet --path "${KEYDRIFT_SOURCE:?the checkout of the action}" --root "$bin/build"
    cp "$bin"/build/bin/keydrift* "$bin/"
else
    case "${RUNNER_OS:-Linux}-${RUNNER_ARCH:-X64}" in
        Linux-X64) target=x86_64-unknown-linux-musl ;;
        Linux-ARM64) target=aarch64-unknown-linux-musl ;;
        macOS-X64) target=x86_64-apple-darwin ;;
        macOS-ARM64) target=aarch64-apple-darwin ;;
        Windows-X64) target=x86_64-pc-windows-msvc ;;
        *)
            echo "::error::no release of keydrift for ${RUNNER_OS:-} ${RUNNER_ARCH:-}: leave version empty to build it"
            exit 2
            ;;
    esac
    archive="keydrift-$target.tar.gz"
    cd "$bin"
    gh release download "v${KEYDRIFT_VERSION#v}" --repo "${KEYDRIFT_REPOSITORY:?}" --clobber \
        --pattern "$archive" --pattern "$archive.sha256"
    shasum -a 256 --check "$archive.sha256"
    gh attestation verify "$archive" --repo "$KEYDRIFT_REPOSITORY"
    tar -xzf "$archive" --strip-components=1
fi

if [ -n "${GITHUB_PATH:-}" ]; then
    echo "$bin" >>"$GITHUB_PATH"
fi
"$bin/keydrift" --version
