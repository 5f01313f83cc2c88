#!/usr/bin/env bash
# Runs "terraform test" on the module of this directory against a reference server,
# that it starts for this run. It needs no account and no network.
#
#   ./run.sh                              all tests
#   ./run.sh -filter=tests/password.tftest.hcl -verbose
#   ./run.sh -- rotation/rotation.sh      another program instead, with the server and
#                                         the address of its admin API in REFSERVER_ADMIN
#
#   REFSERVER=/path/to/refserver          the server; default: the one on the PATH, or one
#                                         that is built with Go from this checkout
#   TERRAFORM=tofu                        the CLI; default: terraform
#   SKIP_INIT=1                           no "terraform init", for a provider that the CLI
#                                         configuration overrides
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cli=${TERRAFORM:-terraform}
work='' running='' server=''

# Every program runs in its own process group, so that Ctrl-C reaches only this script.
# The script ends them in order: first the CLI, which destroys its resources, and then
# the server.
start() {
	set -m
	"$@" &
	set +m
}

# gone PID SECONDS waits up to SECONDS for a process group to end.
gone() {
	local tenths
	for ((tenths = 0; tenths < $2 * 10; tenths++)); do
		kill -0 -- "-$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

clean_up() {
	local status=$?
	trap '' HUP INT TERM PIPE
	set +e
	if [[ -n $running ]] && kill -INT -- "-$running" 2>/dev/null; then
		gone "$running" 60 || kill -KILL -- "-$running"
	fi
	if [[ -n $server ]]; then
		# The server ends with its standard input, which also ends if this script is killed.
		exec 4>&-
		gone "$server" 10 || kill -KILL -- "-$server"
	fi
	[[ -z $work ]] || rm -rf "$work"
	exit "$status"
} 2>/dev/null
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

fail() {
	printf 'run.sh: %s\n' "$1" >&2
	exit 1
}

work=$(mktemp -d)

refserver=${REFSERVER:-$(type -P refserver || true)}
if [[ -z $refserver ]]; then
	refserver="$work/refserver"
	(cd "$here" && go build -o "$refserver" ../../cmd/refserver) ||
		fail 'refserver is not on the PATH and cannot be built here. Set REFSERVER to its path.'
fi

# Keep the variables of a real account away from the tests.
for name in ${!THALASSA@}; do
	unset "$name"
done

# The server prints its address and the token that it generated, then "ready".
mkfifo "$work/alive" "$work/said"
serve() {
	exec "$refserver" -addr 127.0.0.1:0 -admin-addr 127.0.0.1:0 -stop-with-stdin -secrets "$here/secrets.json" \
		<"$work/alive" >"$work/said" 2>"$work/log"
}
start serve
server=$!
exec 4>"$work/alive" 3<"$work/said"
ready=''
while read -r -t 30 -u 3 what rest; do
	case $what in
	api) export THALASSA_API_ENDPOINT=$rest ;;
	admin) export REFSERVER_ADMIN=$rest ;;
	token) export THALASSA_API_TOKEN=$rest ;;
	ready) ready=1 && break ;;
	esac
done
[[ -n $ready ]] || { cat "$work/log" >&2; fail 'the server did not start'; }
export THALASSA_ORGANISATION=acme THALASSA_REGION=nl-01
# The data directory of the CLI is deleted after the run.
export TF_DATA_DIR="$work/data"

# run PROGRAM ARGUMENT... runs it without the file descriptors that keep the server alive.
run() {
	local code=0
	start "$@" 3<&- 4>&- </dev/null
	running=$!
	wait "$running" || code=$?
	running=''
	return "$code"
}

if [[ ${1:-} == -- ]]; then
	export TERRAFORM=$cli
	run "${@:2}"
	exit
fi

in_module() {
	run "$cli" "-chdir=$here" "$@"
}

if [[ -z ${SKIP_INIT:-} ]]; then
	in_module init -input=false >"$work/init" 2>&1 || { cat "$work/init" >&2; fail "\"$cli init\" failed"; }
fi
in_module test "$@"
