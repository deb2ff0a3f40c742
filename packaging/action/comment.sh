#!/usr/bin/env bash
# Writes the markdown report as one comment of a pull request, and the next report over it. The job needs the permission
# `pull-requests: write`.
set -euo pipefail

report=${1:?the markdown report}
number=${2:?the number of the pull request}
mark='<!-- keydrift -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
    echo "$mark"
    cat "$report"
} >"$body"
comments="repos/${GITHUB_REPOSITORY:?}/issues"
ids=$(gh api --paginate "$comments/$number/comments" \
    --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id")
id=${ids%%$'\n'*}
if [ -n "$id" ]; then
    gh api --method PATCH "$comments/comments/$id" -F "body=@$body" --jq .html_url
else
    gh api --method POST "$comments/$number/comments" -F "body=@$body" --jq .html_url
fi
