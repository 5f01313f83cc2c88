#!/usr/bin/env bash
# Simulates three months in a few seconds: it moves the clock of the reference server and
# shows what the configuration of this directory does on which day. The provider counts
# ages by the clock of the service, so it needs no change. Run it with
#
#   ./run.sh -- rotation/rotation.sh      in the directory above
set -euo pipefail

cli=${TERRAFORM:-terraform}
: "${REFSERVER_ADMIN:?is set by run.sh}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(dirname "${BASH_SOURCE[0]}")"/*.tf "$work"
cd "$work"
export TF_DATA_DIR="$work/.terraform"

fail() {
	printf 'rotation.sh: %s\n' "$1" >&2
	exit 1
}

# after DAYS moves the clock of the server.
day=0
after() {
	day=$((day + $1))
	curl -fsS -X PUT -d "{\"advance\":\"$((24 * $1))h\"}" "$REFSERVER_ADMIN/clock" >/dev/null
}

# plan CODE TEXT [WORDS] plans, and expects that exit code (0: no changes, 2: changes) and
# text. It prints the words, or else the text.
plan() {
	local code=0
	"$cli" plan -input=false -no-color -detailed-exitcode >said 2>&1 || code=$?
	[[ $code == "$1" ]] && grep -qF -- "$2" said || {
		cat said >&2
		fail "day $day: exit code $code, expected $1 and \"$2\""
	}
	printf 'day %3d: %s\n' "$day" "${3:-$2}"
}

apply() {
	"$cli" apply -input=false -no-color -auto-approve >said 2>&1 || { cat said >&2; fail "day $day: apply failed"; }
	printf 'day %3d: applied, active versions %s\n' "$day" "$("$cli" output -json active_versions)"
}

if [[ -z ${SKIP_INIT:-} ]]; then
	"$cli" init -input=false >said 2>&1 || { cat said >&2; fail "\"$cli init\" failed"; }
fi
apply
after 29
plan 0 'No changes.'
after 2
plan 2 'Rotation due: ' 'a rotation is due'
apply
after 25
# An application still reads the previous key.
curl -fsS -X POST -H "Authorization: Token $THALASSA_API_TOKEN" -H "X-Organisation-Identity: $THALASSA_ORGANISATION" \
	-d '{"version":2}' "$THALASSA_API_ENDPOINT/v1/secrets/nl-01/secret/shop/test/signing-key/value" >/dev/null
after 6
apply
plan 0 'Version waits to be retired'
after 5
plan 2 '- 2,' 'active_versions shows that version 2 will be destroyed'
apply
after 36
plan 2 'The signing key is more than 35 days old.'
