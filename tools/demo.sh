#!/usr/bin/env bash
# Demonstrates the provider: a real Terraform or OpenTofu applies examples/quickstart
# against a local reference server. The demo sends no request to other machines, and
# deletes its files and processes at the end, also after an interrupt.
#
# Needs Go, and Terraform or OpenTofu from 1.11 on. Without either, tools/cli.sh builds
# OpenTofu. Set TF_ACC_TERRAFORM_PATH to use another program.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=''

# ---- Starting and stopping programs ------------------------------------------------

# Every program runs in the background, in its own process group. Ctrl-C then reaches only
# this script, and at once: bash delays a signal until a program in the foreground ends,
# and may lose it. The script stops the programs in order: a CLI before its server.
in_background() {
	set -m
	"$@" &
	set +m
}

await() {
	in_background "$@"
	wait $!
}

# stop PID interrupts a process group, so that a CLI can finish, and kills it after ten seconds.
stop() {
	local tenths
	kill -INT -- "-$1" 2>/dev/null || return 0
	for ((tenths = 0; tenths < 100; tenths++)); do
		kill -0 -- "-$1" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$1" 2>/dev/null || true
}

clean_up() {
	local status=$? pids pid
	trap '' HUP INT TERM PIPE
	set +e
	# The newest first: the server is the oldest.
	pids=''
	for pid in $(jobs -p); do
		pids="$pid $pids"
	done
	for pid in $pids; do
		stop "$pid"
	done
	wait 2>/dev/null
	[[ -z $work ]] || rm -rf "$work"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

fail() {
	printf '\ntools/demo.sh: %s\n' "$1" >&2
	exit 1
}

# run CODE COMMAND... runs a command, writes its output to $work/out, and fails unless it
# ends with that code.
run() {
	local expected=$1 code=0 command
	shift
	await "$@" >"$work/out" 2>&1 <"${stdin:-/dev/null}" || code=$?
	if ((code != expected)); then
		cat "$work/out" >&2
		command="$*"
		fail "\"${command#isolated }\" ended with exit code $code, and $expected was expected"
	fi
}

# isolated COMMAND... runs without the user's environment, so that no TF_ or THALASSA_
# variable points the demo to a real account.
isolated() {
	env -i PATH="$PATH" HOME="$work" TMPDIR="$work/tmp" \
		CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE="$work/cli.tfrc" TF_IN_AUTOMATION=1 TF_INPUT=0 \
		THALASSA_API_ENDPOINT="${endpoint:-}" THALASSA_API_TOKEN="${token:-}" \
		THALASSA_ORGANISATION=o-demo THALASSA_REGION=nl-01 \
		TF_VAR_kms_key_id="${kms_key:-}" TF_VAR_mail_password="${mail_password:-}" \
		TF_VAR_database_password="${database_password:-}" \
		TF_VAR_database_password_version="${database_password_version:-}" \
		"$@"
}

# ---- Printing ----------------------------------------------------------------------

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
	bold=$'\e[1m' plain=$'\e[0m'
fi

section() {
	printf '\n%s== %s%s\n\n' "$bold" "$1" "$plain"
}

# tell prints its arguments, one on each line.
tell() {
	printf '%s\n' "$@"
}

# tf CODE ARGUMENT... runs the CLI in the workspace and shows the command.
tf() {
	local expected=$1
	shift
	printf '\n%s$ %s %s%s\n' "$bold" "$cli_name" "$*" "$plain"
	run "$expected" isolated "$cli" "-chdir=$work/quickstart" "$1" -no-color "${@:2}"
}

# Terraform prints more than a demo needs. Each of these functions prints one part of it.

# indented drops empty lines at both ends and doubled ones in between.
indented() {
	local line empty='' begun=''
	while IFS= read -r line; do
		if [[ -z $line ]]; then
			empty=${begun:+$'\n'}
			continue
		fi
		printf '%s    %s\n' "$empty" "$line"
		empty='' begun=1
	done
}

# outcome prints the result of an apply, or that a plan is empty.
outcome() {
	local line text=''
	while IFS= read -r line; do
		case $line in
		*' complete after '* | *' complete! '* | 'No changes. '*) text+=$line$'\n' ;;
		esac
	done <"$work/out"
	indented <<<"$text"
}

# planned prints the proposed changes, up to their number.
planned() {
	local line text=''
	while IFS= read -r line; do
		[[ -z $text && $line != '  # '* ]] || text+=$line$'\n'
		[[ $line != 'Plan: '* ]] || break
	done <"$work/out"
	indented <<<"$text"
}

# notice KIND prints the first warning or error, without its place in the configuration.
notice() {
	local line text=''
	while IFS= read -r line; do
		case $line in
		'Warning: '* | 'Error: '* | '────'*) [[ -z $text ]] || break ;;
		'  '*) continue ;;
		esac
		[[ -z $text && $line != "$1: "* ]] || text+=$line$'\n'
	done <"$work/out"
	indented <<<"$text"
}

show_history() {
	local path paths=()
	for path in "$@"; do
		paths+=("/quickstart/$path")
	done
	run 0 isolated "$work/bin/demo" history "${paths[@]}"
	tell ''
	indented <"$work/out"
}

# ---- Preparation -------------------------------------------------------------------

# The script chooses the name, so that clean_up always knows it.
work="${TMPDIR:-/tmp}/thalassasecrets-demo.$$.$RANDOM"
await mkdir -m 700 "$work" || {
	work=''
	fail 'cannot create a directory for the demo'
}
await mkdir "$work/tmp" "$work/bin"

# A mirror replaces the registry, so that init installs the provider of this checkout.
mirror="$work/mirror"
printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$mirror" >"$work/cli.tfrc"

# Files of an interrupted build are deleted too.
export GOTMPDIR="$work/tmp"

# tools/cli.sh prints which CLI it found, or that it builds one, which takes minutes. It
# gets only the TF_ variable that selects the CLI.
for name in ${!TF_@}; do
	[[ $name == TF_ACC_TERRAFORM_PATH ]] || unset "$name"
done
await bash "$root/tools/cli.sh" >"$work/cli" </dev/null || fail 'no Terraform or OpenTofu was found'
read -r cli <"$work/cli"

# Such as "Terraform v1.11.4" and, on the next line, "on linux_amd64".
run 0 isolated "$cli" version
{
	read -r version
	read -r platform
} <"$work/out"
[[ $version =~ ^(Terraform|OpenTofu)\ v([0-9]+)\.([0-9]+) ]] || fail "$cli did not print its version"
if ((BASH_REMATCH[2] < 1 || BASH_REMATCH[2] == 1 && BASH_REMATCH[3] < 11)); then
	fail "write-only values need Terraform 1.11 or OpenTofu 1.11, and $cli is $version. Set TF_ACC_TERRAFORM_PATH to another program."
fi
case ${BASH_REMATCH[1]} in
Terraform) cli_name=terraform registry=registry.terraform.io ;;
OpenTofu) cli_name=tofu registry=registry.opentofu.org ;;
esac
package="$mirror/$registry/thalassasecrets/thalassasecrets/0.1.0/${platform#on }"
await mkdir -p "$package"

tell 'Building the provider and the reference server ...'
cd "$root"
run 0 go build -buildvcs=false -o "$package/terraform-provider-thalassasecrets_v0.1.0" .
run 0 go build -buildvcs=false -o "$work/bin/refserver" ./cmd/refserver
run 0 go build -buildvcs=false -o "$work/bin/demo" tools/demo/main.go

# The server prints its address, the token that it generated and its keys, then "ready".
endpoint='' token='' kms_key='' ready=''
await mkfifo "$work/announced"
serve() {
	isolated "$work/bin/refserver" -addr 127.0.0.1:0 -admin-addr '' >"$work/announced" 2>"$work/server.log"
}
in_background serve
exec 3<"$work/announced"
while read -r -t 15 -u 3 what first second; do
	case $what in
	api) endpoint=$first ;;
	token) token=$first ;;
	key) [[ $first != nl-01 ]] || kms_key=$second ;;
	ready) ready=1; break ;;
	esac
done
[[ -n $ready ]] || { cat "$work/server.log" >&2; fail 'the reference server did not start'; }

await cp -R "$root/examples/quickstart" "$work/quickstart"
database_password='first-password-of-the-database'
database_password_version=1
mail_password='password-of-the-mail-account'

tell "A local reference server for this demo listens on ${endpoint#http://}."

# ---- The demo ----------------------------------------------------------------------

section '1. Create three secrets'
tell 'examples/quickstart has a database password and a mail account, both with' \
	'write-only values, and a signing key that the service generates.'
run 0 isolated "$cli" "-chdir=$work/quickstart" init -no-color
tf 0 apply -auto-approve
outcome
tf 0 output versions
indented <"$work/out"

section '2. The history of each secret'
tell 'Read from the API, without Terraform:'
show_history database/password mail signing-key
tell '' 'A new secret has a placeholder as version 1. The provider destroyed it once version 2' \
	'was confirmed as current. No value was read: resources never reveal a value.'

section '3. Rotate a password in place'
database_password='second-password-of-the-database'
database_password_version=2
tell 'Terraform cannot see that a write-only value changed. value_wo_version triggers the put.'
printf '\n%s$ export TF_VAR_database_password=... TF_VAR_database_password_version=2%s' "$bold" "$plain"
tf 2 plan -detailed-exitcode -out=rotate.tfplan
planned
tf 0 apply rotate.tfplan
outcome
show_history database/password
tell '' 'Version 3 is current. Readers found a current version at every moment, and version 2' \
	'stays readable for clients that have not switched yet.'

section '4. Search the state and the plan for values'
tell 'Searching for the passwords, plain and in base64, in the state and the saved plan' \
	'(unpacked):' ''
cd "$work/quickstart"
printf '%s\n' first-password-of-the-database second-password-of-the-database "$mail_password" >"$work/values"
stdin="$work/values" run 0 "$work/bin/demo" search quickstart/database/password terraform.tfstate terraform.tfstate.backup rotate.tfplan
indented <"$work/out"

section '5. Another client puts a version'
tell 'Outside Terraform, through the API:' ''
printf 'password-by-another-client' >"$work/values"
stdin="$work/values" run 0 isolated "$work/bin/demo" put /quickstart/database/password
indented <"$work/out"
tf 2 plan -detailed-exitcode
planned
tell ''
notice Warning
tell '' 'Exit code 2: the plan has a change. With the default, on_external_version = "adopt",' \
	'the plan tracks the current version and overwrites nothing.'
tf 0 apply -auto-approve
outcome
tf 0 plan -detailed-exitcode
outcome
tell '' 'Exit code 0: the plan is empty.'
show_history database/password

section '6. Delete the secrets'
tell 'Deleting a secret deletes all its versions, which cannot be recovered. So the plan fails:'
tf 1 destroy -auto-approve
notice Error
tell '' 'To delete the secrets, apply deletion_protection = false first. The quickstart has a' \
	'variable for it.'
tf 0 apply -auto-approve -var protect=false
outcome
tf 0 destroy -auto-approve -var protect=false
outcome
run 3 isolated "$work/bin/demo" history /quickstart/database/password
run 3 isolated "$work/bin/demo" history /quickstart/mail
run 3 isolated "$work/bin/demo" history /quickstart/signing-key
tell '' "The three secrets are deleted. The demo took $SECONDS s. It now stops its server and deletes" \
	'its files.'
