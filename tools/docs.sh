#!/usr/bin/env bash
# Writes docs/ from the provider's schema, templates/ and examples/:
#
#   tools/docs.sh          writes docs/
#   tools/docs.sh check    writes docs/ and fails if that differs from the commit
#
# The schema comes from the provider itself, so the pages do not depend on which
# Terraform or OpenTofu a machine has, and none is needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

tfplugindocs() {
	if ! go tool -modfile=tools/go.mod tfplugindocs "$@" >"$scratch/log" 2>&1; then
		cat "$scratch/log" >&2
		return 1
	fi
}

write() {
	go run tools/schema/main.go >"$scratch/schema.json"
	tfplugindocs generate --provider-name thalassasecrets --providers-schema "$scratch/schema.json"
	tfplugindocs validate --provider-name thalassasecrets --providers-schema "$scratch/schema.json"
}

case ${1:-write} in
write)
	write
	;;
check)
	write
	# A diff would not see pages that are new.
	changes=$(git status --porcelain --untracked-files=all -- docs)
	if [[ -n $changes ]]; then
		git --no-pager diff -- docs >&2
		printf '\ndocs/ is out of date with the schema, templates/ and examples/ (?? is a new page):\n%s\n' "$changes" >&2
		echo 'Run "make generate" and commit docs/.' >&2
		exit 1
	fi
	;;
*)
	echo "tools/docs.sh: unknown command \"$1\", use \"write\" or \"check\"" >&2
	exit 1
	;;
esac
