#!/usr/bin/env bash
# Writes THIRD_PARTY_LICENSES.md from the modules that are linked into the programs of a release:
#
#   tools/licenses.sh          writes it
#   tools/licenses.sh check    fails when what is there is not what it would write
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

page=THIRD_PARTY_LICENSES.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

go -C tools/checks run ./licenses >"$scratch/page"

case ${1:-write} in
write)
	cat "$scratch/page" >"$page"
	;;
check)
	if ! diff -u "$page" "$scratch/page" >&2; then
		printf '\n%s is not what the linked modules make of it. Run "make licenses", look at what changed, and commit it.\n' "$page" >&2
		exit 1
	fi
	;;
*)
	echo "tools/licenses.sh: knows \"write\" and \"check\", not \"$1\"" >&2
	exit 1
	;;
esac
