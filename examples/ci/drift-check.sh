#!/usr/bin/env bash
# Runs drift-check, which says whether something changed outside Terraform and tells that from work that is due:
#
#   drift-check.sh [OPTION OF PLAN...]     such as -var-file=production.tfvars
#
# "drift-check -help" lists the environment variables DRIFT_..., the formats and the exit codes.
# The program is the one that DRIFT_CHECK names, else drift-check beside this script, else the one on the PATH.
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
