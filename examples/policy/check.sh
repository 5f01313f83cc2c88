#!/usr/bin/env bash
# Checks a plan against the rules. It prints each violation, and exits with 1 if there is one:
#
#   check.sh plan.json [settings.yaml]
#
# plan.json is what "terraform show -json saved.plan" prints. The program opa has to be on
# the PATH.
set -euo pipefail

rules=$(dirname "${BASH_SOURCE[0]}")/rules
data=(--data "$rules")
[[ -z ${2:-} ]] || data+=(--data "$2")

# --fail ends the check where there is no report at all, because the rules were not found.
report=$(opa eval --fail --strict-builtin-errors --format raw --ignore '*_test.rego' \
	"${data[@]}" --input "$1" data.thalassasecrets.report)
printf '%s\n' "$report"
[[ $report == 'Policy: passed'* ]]
