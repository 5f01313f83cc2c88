#!/usr/bin/env bash
# Runs the acceptance tests with several CLIs, as far as each version supports them, and
# prints the results, and the reason of each skipped test:
#
#   tools/matrix.sh           the terraform and tofu on the PATH, OpenTofu from tools/opentofu,
#                             and those named in CLIS=/path/a,/path/b
#   tools/matrix.sh second    the second CLI of "make test", if there is one
#   tools/matrix.sh tests     the tests that it runs with that CLI, as a regular expression
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What differs between the CLIs: one test of each feature that not all have, and of
# what each has in its own way. The last one compares acctest.Core with the CLI.
tests='^(TestSecretLifecycle|TestVersionLifecycle|TestSecretValueForms|TestFunctionsInAConfiguration|TestGeneratedConfiguration|TestImportByIdentity|TestImportOfManySecrets|TestMovedFleet|TestQuery|TestActionsByTheirAddress|TestActionTriggeredByAnUpdate|TestOlderCLI|TestExampleOfTesting|TestDriftCheckInAGitHubJob|TestDriftCheckExitCodes|TestMockedProvider|TestTextOfAMockInAPlan|TestDriftCheckOfABrokenPlan|TestVersionAge|TestPolicyOfNewResources|TestPolicyOfChanges|TestGuideRefreshOnlyExitCodes|TestGuideDestroyFalse|TestGuideDestroyFalseOfAReplacement|TestCoreDoesWhatTerraformDoes)$'

# describe PROGRAM prints the first line of its version, as tools/cli.sh reads it.
describe() {
	TF_ACC_TERRAFORM_PATH=$1 bash tools/cli.sh 2>&1 >/dev/null | sed -n 's/^tools\/cli.sh: \(.*\) at .*/\1/p'
}

every_cli() {
	local name cli
	{
		for name in terraform tofu; do
			type -P "$name" || true
		done
		bash tools/cli.sh tofu
		tr ',' '\n' <<<"${CLIS:-}"
	} | while read -r cli; do
		[[ -z $cli ]] || realpath "$cli"
	done | awk '!seen[$0]++'
}

# OpenTofu in addition to Terraform, or Terraform in addition to OpenTofu.
second() {
	local first
	first=$(bash tools/cli.sh 2>/dev/null)
	case $(describe "$first") in
	OpenTofu*) type -P terraform || true ;;
	*) bash tools/cli.sh tofu ;;
	esac
}

run_all() {
	local cli name status=0 summary='' count reasons
	mkdir -p .build
	local clis
	clis=$(every_cli)
	while read -r cli; do
		name=$(describe "$cli")
		printf '\n==> %s (%s)\n' "$name" "$cli"
		count=$(TF_ACC_TERRAFORM_PATH=$cli RACE=none MATRIX=none PKGS='./internal/provider ./internal/robustness ./internal/acctest' \
			bash tools/test.sh | tee >(cat >&2) | tail -1) || status=1
		reasons=$(sed -n 's/.*"Output":" *[a-z_0-9]*\.go:[0-9]*: \(needs [^"\\]*\)\\n".*/  \1/p' .build/test-events.json | sort | uniq -c)
		summary+=$(printf '%-24s %s' "$name" "$count")$'\n'
		[[ -z $reasons ]] || summary+="$reasons"$'\n'
	done <<<"$clis"
	printf '\n%s' "$summary"
	return $status
}

case ${1:-all} in
all) run_all ;;
second) second ;;
tests) printf '%s\n' "$tests" ;;
*)
	echo "tools/matrix.sh: unknown command \"$1\", use \"second\" or \"tests\"" >&2
	exit 1
	;;
esac
