#!/usr/bin/env bash
# Runs a check for the GitHub Action: every report that was asked for from one run, then the exit code as an output.
# Inputs come as variables, so that nothing that a pull request names becomes a command.
set -uo pipefail

keydrift=${KEYDRIFT:-keydrift}
reports=${KEYDRIFT_REPORTS:?the folder for the reports}
mkdir -p "$reports"

arguments=(check)
[ -z "${KEYDRIFT_SINCE:-}" ] || arguments+=("--since=$KEYDRIFT_SINCE")
[ -z "${KEYDRIFT_BASELINE:-}" ] || arguments+=("--baseline=$KEYDRIFT_BASELINE")
[ -z "${KEYDRIFT_CONFIG:-}" ] || arguments+=("--config=$KEYDRIFT_CONFIG")
[ -z "${KEYDRIFT_FAIL_ON:-}" ] || arguments+=("--fail-on=$KEYDRIFT_FAIL_ON")
# More arguments, one a line.
while IFS= read -r argument; do
    [ -z "$argument" ] || arguments+=("$argument")
done <<<"${KEYDRIFT_ARGS:-}"

arguments+=(
    "--format=text"
    "--format=sarif=$reports/keydrift.sarif"
    "--format=markdown=$reports/keydrift.md"
    "--format=html=$reports/keydrift.html"
)
[ "${KEYDRIFT_ANNOTATIONS:-true}" != true ] || arguments+=("--format=github=$reports/annotations.txt")

# What a root is called is no option.
arguments+=(--)
while IFS= read -r path; do
    [ -z "$path" ] || arguments+=("$path")
done <<<"${KEYDRIFT_PATHS:-.}"

"$keydrift" "${arguments[@]}"
code=$?

if [ -s "$reports/annotations.txt" ]; then
    cat "$reports/annotations.txt"
fi
if [ "${KEYDRIFT_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -s "$reports/keydrift.md" ]; then
    cat "$reports/keydrift.md" >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
    printf 'exit-code=%s\nsarif=%s\nmarkdown=%s\nhtml=%s\n' \
        "$code" "$reports/keydrift.sarif" "$reports/keydrift.md" "$reports/keydrift.html" >>"$GITHUB_OUTPUT"
fi
# Findings fail the job at its end, when all is uploaded; what is no result fails it here.
[ "$code" -le 1 ] || exit "$code"
