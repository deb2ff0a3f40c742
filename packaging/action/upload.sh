#!/usr/bin/env bash
# Gives a SARIF file to code scanning. The job needs the permission `security-events: write`.
set -euo pipefail

sarif=${1:?the SARIF file}
packed=$(mktemp)
trap 'rm -f "$packed"' EXIT
gzip -c "$sarif" | base64 | tr -d '\n' >"$packed"
# Code scanning knows a pull request by its merge commit.
gh api --method POST "repos/${GITHUB_REPOSITORY:?}/code-scanning/sarifs" \
    -f "commit_sha=${GITHUB_SHA:?}" -f "ref=${GITHUB_REF:?}" -f tool_name=keydrift -F "sarif=@$packed" --jq .id
