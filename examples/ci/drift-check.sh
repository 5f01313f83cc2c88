#!/usr/bin/env bash
# Runs drift-check, which says whether something changed outside Terraform and tells that from work that is due:
#
#   drift-check.sh [OPTION OF PLAN...]     such as -var-file=production.tfvars
#
# "drift-check -help" lists the environment variables DRIFT_..., the formats and the exit codes.
# The program is the one that DRIFT_CHECK names, else drift-check beside this script, else the one on the PATH.
set -euo pipefail

program=${DRIFT_CHECK:-$(dirname "${BASH_SOURCE[0]}")/drift-check}
if [[ -z ${DRIFT_CHECK:-} && ! -x $program ]]; then
	program=$(type -P drift-check) || {
		echo 'drift-check.sh: needs the program drift-check, which is neither beside this script nor on the PATH.' >&2
		echo 'It is in the archive thalassasecrets-tools of a release of the provider. With Go, run:' >&2
		echo '  go install github.com/thalassasecrets/terraform-provider-thalassasecrets/cmd/drift-check@latest' >&2
		exit 1
	}
fi
exec "$program" -- "$@"
