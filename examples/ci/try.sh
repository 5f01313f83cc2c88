#!/usr/bin/env bash
# Shows the drift check of the CI examples without an account. It applies the
# configuration of the guide "Drift checks in CI" to a local reference server, puts a
# version outside Terraform, and runs drift-check before and after.
#
#   bash examples/ci/try.sh
#
# Needs Go, curl, jq, and Terraform or OpenTofu. It leaves nothing behind.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
server=''

clean_up() {
	local status=$?
	trap - EXIT
	if [[ -n $server ]]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$work"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM

fail() {
	printf 'try.sh: %s\n' "$1" >&2
	exit 1
}

for program in go curl jq; do
	command -v "$program" >/dev/null || fail "needs $program, which is not installed"
done

# Keep the variables of a real account away from this run.
for name in ${!THALASSA_@} ${!TF_@} ${!DRIFT_@} GITHUB_STEP_SUMMARY; do
	[[ $name == TF_ACC_TERRAFORM_PATH ]] || unset "$name"
done

# ---- A local registry, service and repository ----------------------------------------

cli=$(bash "$root/tools/cli.sh")
registry=registry.terraform.io
[[ $("$cli" version) != OpenTofu* ]] || registry=registry.opentofu.org

echo 'Building the provider, drift-check and the reference server ...'
cd "$root"
package="$work/mirror/$registry/thalassasecrets/thalassasecrets/0.1.0/$(go env GOOS)_$(go env GOARCH)"
mkdir -p "$package"
go build -buildvcs=false -o "$package/terraform-provider-thalassasecrets_v0.1.0" .
go build -buildvcs=false -o "$work/refserver" ./cmd/refserver
go build -buildvcs=false -o "$work/drift-check" ./cmd/drift-check
printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$work/mirror" >"$work/cli.tfrc"

# The server prints its address and the token that it generated.
mkfifo "$work/announced"
"$work/refserver" -addr 127.0.0.1:0 -admin-addr '' >"$work/announced" 2>"$work/server.log" &
server=$!
exec 3<"$work/announced"
while read -r -t 15 -u 3 what first _; do
	case $what in
	api) export THALASSA_API_ENDPOINT=$first ;;
	token) export THALASSA_API_TOKEN=$first ;;
	ready) break ;;
	esac
done
[[ ${what:-} == ready ]] || fail 'the reference server does not start'

export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_CLI_CONFIG_FILE="$work/cli.tfrc"
export THALASSA_ORGANISATION=o-example THALASSA_REGION=nl-01

mkdir "$work/repository"
cp "$root"/examples/guides/drift-checks-in-ci/*.tf "$work/repository"
cd "$work/repository"
# The access policy of the configuration does not allow this machine.
sed -i.before 's|"10.0.0.0/8"|"10.0.0.0/8", "127.0.0.0/8"|' main.tf

# ---- The walk ------------------------------------------------------------------------

step() {
	printf '\n== %s\n\n' "$1"
}

# quietly COMMAND... shows the output of a command only if it fails.
quietly() {
	"$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "\"$*\" failed"; }
}

# check CODE runs the check as a job does, and expects an exit code.
check() {
	local code=0
	DRIFT_CLI=$cli "$work/drift-check" || code=$?
	printf '\nExit code %d.\n' "$code"
	((code == $1)) || fail "the exit code should have been $1"
}

step '1. Two secrets, and a check that finds nothing'
quietly "$cli" init -input=false
TF_VAR_api_token='token-of-the-payment-provider' quietly "$cli" apply -input=false -auto-approve
# A check does not compare values, so it needs no real one.
export TF_VAR_api_token=not-used
check 0

step '2. Another client puts a version'
quietly curl --silent --show-error --fail \
	--header "Authorization: Token $THALASSA_API_TOKEN" --header "X-Organisation-Identity: $THALASSA_ORGANISATION" \
	--header 'Content-Type: application/json' \
	--data "$(jq -n '{path: "/app/production/api-token", secretString: ("theirs" | @base64)}')" \
	"$THALASSA_API_ENDPOINT/v1/secrets/nl-01/secret/app/production/api-token/versions"
check 3

step '3. An apply accepts the drift'
quietly "$cli" apply -input=false -auto-approve
check 0

step '4. The configuration has a new value: due work, but no drift'
sed -i.before 's|value_wo_version = "1"|value_wo_version = "2"|' main.tf
check 0
DRIFT_DUE_EXIT_CODE=2 check 2 >/dev/null
echo 'With DRIFT_DUE_EXIT_CODE=2 its exit code is 2.'
