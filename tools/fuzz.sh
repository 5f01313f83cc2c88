#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME (default 60s), one after another,
# and stops at the first that finds something. FUZZ=REGEXP picks among them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# go test -list prints the names of a package's targets and then "ok PACKAGE TIME".
targets=$(go test -list "^Fuzz.*${FUZZ:-}" ./... | awk '
	/^Fuzz/ { names[n++] = $1 }
	$1 == "ok" { for (i = 0; i < n; i++) print $2, names[i]; n = 0 }')
if [[ -z $targets ]]; then
	echo 'No fuzz target found.' >&2
	exit 1
fi

while read -r package name; do
	printf '\n== %s of %s, %s\n' "$name" "${package#github.com/thalassasecrets/terraform-provider-thalassasecrets/}" "${FUZZTIME:-60s}"
	go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-60s}" "$package"
done <<<"$targets"
