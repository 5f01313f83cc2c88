#!/usr/bin/env bash
# Builds the files of a release, as configured in .goreleaser.yml:
#
#   tools/release.sh snapshot      all files into .build/dist, unsigned, from the checkout;
#                                  then a test installs the archive for this machine
#   tools/release.sh single DIR    only the archives for this machine, into DIR; for tests,
#                                  which must not wait for GoReleaser: if "snapshot" has
#                                  not built it, the exit code is 3
#   tools/release.sh again DIR     the same from a copy of the sources in another directory
#   tools/release.sh build DIR     the files of a release of the checked-out tag
#   tools/release.sh sign DIR      a signature of their checksums, by the key GPG_FINGERPRINT
#   tools/release.sh publish DIR   the release of the tag with these files; needs gh
#   tools/release.sh notes VERSION the section of CHANGELOG.md for a version
#
# A snapshot has the next version of CHANGELOG.md with "-dev", or VERSION=.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The times in an archive are also written as local ones.
export TZ=UTC
# GoReleaser knows them too, but not in a repository without a remote.
COMMIT_TIMESTAMP=$(git log -1 --format=%ct)
COMMIT_DATE=$(git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)
export COMMIT_TIMESTAMP COMMIT_DATE
bin="$PWD/.build/bin"
export PATH="$bin:$PATH"

scratch=''
trap '[[ -z $scratch ]] || rm -rf "$scratch"' EXIT

fail() {
	printf 'tools/release.sh: %s\n' "$1" >&2
	exit 1
}

# current PROGRAM MODULE holds if the program was built from what the module pins.
current() {
	[[ -x $bin/$1 ]] && cmp -s "$2/go.mod" "$bin/$1.go.mod" && cmp -s "$2/go.sum" "$bin/$1.go.sum"
}

# build PROGRAM MODULE PACKAGE builds a tool, unless it is there. It moves into place
# whole, so that an interrupted build leaves none.
build() {
	! current "$1" "$2" || return 0
	echo "tools/release.sh: building $1" >&2
	mkdir -p "$bin"
	# For the machine that runs it, not for the platform of the release.
	GOOS='' GOARCH='' go -C "$2" build -buildvcs=false -ldflags '-s -w' -o "$bin/$1.$$" "$3"
	mv "$bin/$1.$$" "$bin/$1"
	cp "$2/go.mod" "$bin/$1.go.mod"
	cp "$2/go.sum" "$bin/$1.go.sum"
}

build_tools() {
	current goreleaser tools/goreleaser || echo 'tools/release.sh: with a cold cache GoReleaser takes 3 to 6 minutes' >&2
	build goreleaser tools/goreleaser github.com/goreleaser/goreleaser/v2
	build cyclonedx-gomod tools/checks github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
}

# next_version is the version that CHANGELOG.md begins with.
next_version() {
	awk '/^## / { print $2; exit }' CHANGELOG.md
}

notes() {
	local heading text
	heading=$(grep -m1 -F "## $1 " CHANGELOG.md) || fail "CHANGELOG.md has no section for version $1"
	[[ $heading != *'(Unreleased)'* ]] || fail "CHANGELOG.md calls version $1 unreleased; write the date of the release there"
	text=$(awk -v version="$1" '/^## / { on = $2 == version; next } on' CHANGELOG.md)
	[[ -n ${text//[[:space:]]/} ]] || fail "CHANGELOG.md has no section for version $1 but its date"
	printf '%s\n' "$text"
}

# snapshot ARGUMENT... builds the files of the configuration without a tag and without a signature.
snapshot() {
	SNAPSHOT_VERSION=${VERSION:-$(next_version)-dev} goreleaser release --snapshot --clean --skip=sign "$@"
}

# only_here DIR writes .goreleaser.yml for the one platform, and another directory. The
# ids are those of the builds.
only_here() {
	awk -v dist="$1" -v target="$(go env GOHOSTOS)_$(go env GOHOSTARCH)" '
		/^dist:/ { print "dist: " dist; next }
		{ print }
		/^  - id: (provider|conformance|drift-check|refserver)$/ { print "    targets: [" target "]" }' .goreleaser.yml
}

single() {
	if ! current goreleaser tools/goreleaser; then
		echo 'needs GoReleaser, which "make snapshot" builds' >&2
		exit 3
	fi
	scratch=$(mktemp -d)
	only_here "$1" >"$scratch/goreleaser.yml"
	snapshot --config "$scratch/goreleaser.yml" --skip=sbom
}

# again copies the files that git tracks, changed or not, to another directory. So the test
# detects a path in the program, and a file that only one checkout has.
again() {
	local copy
	scratch=$(mktemp -d)
	copy=$scratch/sources
	git clone --quiet --no-checkout . "$copy"
	git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -xf - -C "$copy"
	mkdir -p "$copy/.build"
	ln -s "$bin" "$copy/.build/bin"
	bash "$copy/tools/release.sh" single "$1"
}

# tag is the tag that is checked out.
tag() {
	git describe --exact-match --tags HEAD || fail 'a release is made of a tag, and none is checked out'
}

# build DIR builds the files in the checksums, the checksums, and nothing else.
build_release() {
	local tag name sums
	tag=$(tag)
	notes "${tag#v}" >/dev/null
	build_tools
	goreleaser release --clean --skip=publish
	sums=terraform-provider-thalassasecrets_${tag#v}_SHA256SUMS
	cp terraform-registry-manifest.json ".build/dist/terraform-provider-thalassasecrets_${tag#v}_manifest.json"
	while read -r _ name; do
		cp ".build/dist/$name" "$1/"
	done <".build/dist/$sums"
	cp ".build/dist/$sums" "$1/"
	check_sums "$1"
}

# check_sums DIR verifies the checksums of all files and sets sums to their file.
check_sums() {
	local found=("$1"/*_SHA256SUMS)
	sums=${found[0]}
	[[ ${#found[@]} == 1 && -f $sums ]] || fail "$1 must contain the checksums of exactly one release"
	(cd "$1" && sha256sum --check --strict --quiet "${sums##*/}") || fail "the checksums in $1 do not match"
}

# sign DIR runs where the key is, and so does nothing but this.
sign() {
	local sums
	[[ -n ${GPG_FINGERPRINT:-} ]] || fail 'GPG_FINGERPRINT names the key that signs the release'
	check_sums "$1"
	gpg --batch --local-user "$GPG_FINGERPRINT" --output "$sums.sig" --detach-sign "$sums"
	gpg --batch --verify "$sums.sig" "$sums"
}

publish() {
	local tag sums prerelease=()
	tag=$(tag)
	check_sums "$1"
	[[ $sums == *"_${tag#v}_SHA256SUMS" ]] || fail "the files in $1 are not of $tag"
	[[ -f $sums.sig ]] || fail "the checksums in $1 are not signed"
	mkdir -p .build
	notes "${tag#v}" >.build/release-notes.md
	[[ $tag != *-* ]] || prerelease=(--prerelease)
	gh release create "$tag" --repo thalassasecrets/terraform-provider-thalassasecrets --verify-tag --title "$tag" \
		--notes-file .build/release-notes.md ${prerelease[@]+"${prerelease[@]}"} "$1"/*
}

# absolute DIR creates it, and sets directory to its absolute path for commands in other directories.
absolute() {
	[[ -n $1 ]] || fail 'name the directory'
	mkdir -p "$1"
	directory=$(cd "$1" && pwd)
}

case ${1:-} in
snapshot)
	build_tools
	goreleaser check --quiet .goreleaser.yml
	snapshot
	RELEASE_DIST="$PWD/.build/dist" PKGS=./internal/release bash tools/test.sh
	echo 'The archives are in .build/dist.'
	;;
single)
	absolute "${2:-}"
	single "$directory"
	;;
again)
	absolute "${2:-}"
	again "$directory"
	;;
build)
	absolute "${2:-}"
	[[ -z $(ls -A "$directory") ]] || fail "$directory holds something already"
	build_release "$directory"
	;;
sign)
	absolute "${2:-}"
	sign "$directory"
	;;
publish)
	absolute "${2:-}"
	publish "$directory"
	;;
notes) notes "${2:-}" ;;
*) fail "knows \"snapshot\", \"single\", \"again\", \"build\", \"sign\", \"publish\" and \"notes\", not \"${1:-}\"" ;;
esac
