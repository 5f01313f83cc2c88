#!/usr/bin/env bash
# Runs drift-check, which checks whether something changed outside Terraform, and distinguishes drift from due work:
#
#   drift-check.sh [OPTION OF PLAN...]     such as -var-file=production.tfvars
#
# "drift-check -help" lists the environment variables DRIFT_..., the formats and the exit codes.
# It uses the program in DRIFT_CHECK, or drift-check in the directory of this script, or the one on the PATH.
set -euo pipefail

if [[ -n ${DRIFT_CHECK:-} ]]; then
	candidates=("$DRIFT_CHECK")
else
	candidates=("$(dirname "${BASH_SOURCE[0]}")/drift-check" drift-check)
fi
for candidate in "${candidates[@]}"; do
	! program=$(type -P "$candidate") || exec "$program" -- "$@"
done
printf 'drift-check.sh: needs the program drift-check, and cannot run any of: %s\n' "${candidates[*]}" >&2
echo 'It is in the archive thalassasecrets-tools of a release of the provider. With Go, run:' >&2
echo '  go install github.com/thalassasecrets/terraform-provider-thalassasecrets/cmd/drift-check@latest' >&2
exit 1
