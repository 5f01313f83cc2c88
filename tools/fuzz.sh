#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME (default 60s), one after another,
# and stops at the first failure. FUZZ=REGEXP selects targets.
#
# CORPUS=keep copies new interesting inputs into testdata/fuzz, where "go test" runs them
# each time: the smallest inputs of each target, none larger than 4 KiB, up to 30
# together with the existing ones.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

module=$(go list -m)

# keep PACKAGE TARGET copies the interesting inputs of a target.
keep() {
	local from to file
	from=$(go env GOCACHE)/fuzz/$1/$2
	to=$(go list -f '{{.Dir}}' "$1")/testdata/fuzz/$2
	[[ -d $from ]] || return 0
	mkdir -p "$to"
	# The names are hashes, and hold no blanks.
	for file in $(find "$from" -type f -size -4097c -exec ls -rS {} +); do
		(($(find "$to" -type f | wc -l) < 30)) || break
		[[ -e $to/${file##*/} ]] || cp "$file" "$to/"
	done
	echo "There are $(find "$to" -type f | wc -l) inputs in ${to#"$PWD"/}"
}

# go test -list prints the names of a package's targets and then "ok PACKAGE TIME".
targets=$(go test -list '^Fuzz' ./... | awk -v wanted="${FUZZ:-.}" '
	/^Fuzz/ { if ($1 ~ wanted) names[n++] = $1 }
	$1 == "ok" { for (i = 0; i < n; i++) print $2, names[i]; n = 0 }')
if [[ -z $targets ]]; then
	echo 'No fuzz target found.' >&2
	exit 1
fi

while read -r package name; do
	printf '\n== %s of %s, %s\n' "$name" "${package#"$module"/}" "${FUZZTIME:-60s}"
	# An input is made smaller for a second at most: there are better ones to find.
	go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-60s}" -fuzzminimizetime 1s "$package"
	[[ ${CORPUS:-} != keep ]] || keep "$package" "$name"
done <<<"$targets"
