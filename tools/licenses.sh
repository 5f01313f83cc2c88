#!/usr/bin/env bash
# Writes THIRD_PARTY_LICENSES.md from the modules that are linked into the programs of a release:
#
#   tools/licenses.sh          writes it
#   tools/licenses.sh check    fails if the file is out of date
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
		printf '\n%s is out of date with the linked modules. Run "make licenses", review the change, and commit it.\n' "$page" >&2
		exit 1
	fi
	;;
*)
	echo "tools/licenses.sh: unknown command \"$1\", use \"write\" or \"check\"" >&2
	exit 1
	;;
esac
