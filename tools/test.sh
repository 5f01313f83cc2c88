#!/usr/bin/env bash
# Runs every test once, including acceptance tests, and counts them. The last line is
# "N passed, N failed, N skipped". The lines before it give the reason of each skip.
#
#   RUN=REGEXP    only the tests that match
#   PKGS=...      only these packages (default ./...)
#   RACE=all      the race detector for the whole module of the provider (default: for the
#                 packages below)
#   RACE=none     no race detector
#   MATRIX=none   no tests with the second CLI (default: see tools/matrix.sh)
#
# The acceptance tests run against a reference server inside the test, with the CLI
# that tools/cli.sh finds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# These packages have concurrency and start few CLIs, so the race detector costs little.
race_packages='/internal/(refserver|client|inventory|secretpath|robustness)(/|$)'

# The second process of this script: what gotestsum reads.
if [[ ${1:-} == stream ]]; then
	status=0
	cores=$(getconf _NPROCESSORS_ONLN)
	flags=(-json -timeout 20m)
	[[ -z ${RUN:-} ]] || flags+=(-run "$RUN")
	# Only interactive runs use cached results.
	[[ -z ${CI:-} ]] || flags+=(-count 1)

	# Package lists are words, and hold no blanks.
	# shellcheck disable=SC2086
	packages=$(go list ${PKGS:-./...})
	case ${RACE:-} in
	all) raced=$packages ;;
	none) raced='' ;;
	*) raced=$(grep -E "$race_packages" <<<"$packages" || true) ;;
	esac
	plain=$(grep -vxF -f <(printf '%s\n' "$raced") <<<"$packages" || true)

	# More at a time than there are cores, because each of them also waits: these for
	# answers that are held up, the others for their CLI.
	# shellcheck disable=SC2086
	[[ -z $raced ]] || go test "${flags[@]}" -p $((cores + 2)) -race $raced || status=1
	# The tests of these start a CLI, which the test cache knows nothing of. Those of
	# robustness do too, but what they are about is the provider.
	# shellcheck disable=SC2086
	[[ -z $plain ]] || go test "${flags[@]}" -parallel $((cores + 1)) -count 1 $plain || status=1
	# The benchmark, the checks of the repository and the reproduction for the framework are
	# separate modules.
	[[ -n ${PKGS:-} ]] || (cd tools/bench && go test "${flags[@]}" -count 1 ./...) || status=1
	[[ -n ${PKGS:-} ]] || (cd tools/checks && go test "${flags[@]}" -count 1 ./...) || status=1
	[[ -n ${PKGS:-} ]] || (cd tools/upstream && go test "${flags[@]}" -count 1 ./...) || status=1
	# The tests of differences between CLIs, with the second CLI.
	if [[ -n ${SECOND_CLI:-} ]]; then
		environment=$(TF_ACC_TERRAFORM_PATH=$SECOND_CLI bash tools/cli.sh env)
		eval "$environment"
		go test "${flags[@]}" -count 1 -run "$(bash tools/matrix.sh tests)" ./internal/provider ./internal/acctest || status=1
	fi
	exit $status
fi

# Keep the variables of a real account away from the tests.
for name in ${!THALASSA@} ${!TF_@}; do
	case $name in
	TF_ACC* | TF_LOG*) ;;
	*) unset "$name" ;;
	esac
done

mkdir -p .build
: >.build/empty.tfrc
environment=$(bash tools/cli.sh env)
eval "$environment"
if [[ -z ${RUN:-}${PKGS:-}${MATRIX:-} ]]; then
	SECOND_CLI=$(bash tools/matrix.sh second)
	export SECOND_CLI
fi
export TF_ACC=1 TF_CLI_CONFIG_FILE="$PWD/.build/empty.tfrc" CHECKPOINT_DISABLE=1

events=.build/test-events.json
status=0
go tool -modfile=tools/go.mod gotestsum \
	--format "${GOTESTSUM_FORMAT:-pkgname-and-test-fails}" --format-hide-empty-pkg \
	--jsonfile-timing-events "$events" \
	--raw-command -- bash "${BASH_SOURCE[0]}" stream || status=$?

# Subtests count too. So does a package that failed without a failed test, because it does
# not compile or was stopped.
read -r passed failed skipped < <(awk '
	{ match($0, /"Package":"[^"]*"/); package = substr($0, RSTART, RLENGTH); test = /"Test":"/ }
	test && /"Action":"pass"/ { passed++ }
	test && /"Action":"skip"/ { skipped++ }
	test && /"Action":"fail"/ { failed++; told[package] = 1 }
	!test && /"Action":"fail"/ { broken[package] = 1 }
	END {
		for (package in broken) if (!(package in told)) failed++
		print passed + 0, failed + 0, skipped + 0
	}' "$events")

if ((status != 0 && failed == 0)); then
	echo 'The run failed without a failed test. It counts as one failure.'
	failed=1
elif ((passed + failed == 0)); then
	echo 'No test ran. This counts as a failure.'
	failed=1 status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
