#!/usr/bin/env bash
# Keeps one issue with the markdown report: opens it, writes over it, closes it when nothing is left. The job needs the
# permission `issues: write`.
set -euo pipefail

report=${1:?the markdown report}
code=${2:?the exit code of the check}
label=${KEYDRIFT_LABEL:-keydrift}
title=${KEYDRIFT_TITLE:-Configuration and code disagree}

number=$(gh issue list --state open --label "$label" --limit 1 --json number --jq '.[0].number // empty')
if [ "$code" = 0 ]; then
    if [ -n "$number" ]; then
        gh issue edit "$number" --body-file "$report"
        gh issue close "$number" --comment "Nothing is left."
    fi
elif [ -n "$number" ]; then
    gh issue edit "$number" --body-file "$report"
else
    gh label create "$label" --force --description "What keydrift finds" >/dev/null
    gh issue create --title "$title" --label "$label" --body-file "$report"
fi
