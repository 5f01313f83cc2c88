#!/usr/bin/env bash
# Finds the CLI that the tests run. It prints the program's path:
#
#   tools/cli.sh          /usr/local/bin/terraform
#   tools/cli.sh env      what to export for the acceptance tests, for eval
#   tools/cli.sh tofu     OpenTofu built from tools/opentofu, even if another CLI exists
#
# The first of these wins: TF_ACC_TERRAFORM_PATH, terraform on the PATH, tofu on
# the PATH, OpenTofu built from tools/opentofu. Standard error has the choice and its
# reason.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
built="$root/.build/bin/tofu"

fail() {
	printf 'tools/cli.sh: %s\n' "$1" >&2
	exit 1
}

# version_of PROGRAM prints the first line of its version, such as "OpenTofu v1.12.6".
# The user's CLI configuration is kept out: it may be missing or broken.
version_of() {
	local line
	line=$(env -i PATH="$PATH" HOME="${HOME:-/}" TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 "$1" version 2>/dev/null) || return 1
	line=${line%%$'\n'*}
	[[ $line == "Terraform v"* || $line == "OpenTofu v"* ]] || return 1
	printf '%s\n' "$line"
}

# build_tofu compiles OpenTofu, unless the existing program has the same modules.
build_tofu() {
	local modules="$root/tools/opentofu"
	if [[ -x $built ]] && cmp -s "$modules/go.mod" "$built.go.mod" && cmp -s "$modules/go.sum" "$built.go.sum"; then
		return
	fi
	command -v go >/dev/null || fail "no CLI found and no Go to build one with; install Terraform or OpenTofu, or set TF_ACC_TERRAFORM_PATH"
	echo "tools/cli.sh: building OpenTofu; with a cold cache this takes 4 to 8 minutes" >&2
	mkdir -p "$(dirname "$built")"
	# The finished program is moved into place, so that an interrupted build leaves none.
	# The last flag is that of OpenTofu's own releases; without it the version ends in
	# "-dev".
	(cd "$modules" && go build -buildvcs=false -o "$built.$$" \
		-ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' \
		github.com/opentofu/opentofu/cmd/tofu) >&2
	mv "$built.$$" "$built"
	cp "$modules/go.mod" "$built.go.mod"
	cp "$modules/go.sum" "$built.go.sum"
}

# find_cli sets cli, version and why.
find_cli() {
	local name
	if [[ -n ${TF_ACC_TERRAFORM_PATH:-} ]]; then
		cli=$TF_ACC_TERRAFORM_PATH
		[[ -f $cli && -x $cli ]] || fail "TF_ACC_TERRAFORM_PATH is $cli, which is not an executable file"
		# Tests run in the directories of their packages, so the path must be absolute.
		cli="$(cd "$(dirname "$cli")" && pwd)/$(basename "$cli")"
		version=$(version_of "$cli") || fail "TF_ACC_TERRAFORM_PATH is $cli, whose \"version\" is not that of Terraform or OpenTofu"
		why="TF_ACC_TERRAFORM_PATH names it"
		return
	fi
	for name in terraform tofu; do
		cli=$(type -P "$name") || continue
		cli="$(cd "$(dirname "$cli")" && pwd)/$name"
		if version=$(version_of "$cli"); then
			why="first on the PATH"
			return
		fi
		echo "tools/cli.sh: skipping $cli, because \"$cli version\" failed" >&2
	done
	use_tofu
	why="neither terraform nor tofu is on the PATH"
}

# use_tofu sets cli and version to OpenTofu, built from source.
use_tofu() {
	build_tofu
	cli=$built
	version=$(version_of "$cli") || fail "$cli was built but does not answer \"version\"; run make clean and try again"
	why="built from tools/opentofu"
}

if [[ ${1:-} == tofu ]]; then use_tofu; else find_cli; fi
echo "tools/cli.sh: $version at $cli ($why)" >&2

case ${1:-path} in
path | tofu)
	printf '%s\n' "$cli"
	;;
env)
	printf 'export TF_ACC_TERRAFORM_PATH=%q\n' "$cli"
	# The test framework puts the provider under "hashicorp" and a legacy namespace that
	# OpenTofu refuses; with these it has the address that configurations name.
	echo 'export TF_ACC_PROVIDER_NAMESPACE=thalassasecrets'
	if [[ $version == OpenTofu* ]]; then
		echo 'export TF_ACC_PROVIDER_HOST=registry.opentofu.org'
	else
		echo 'unset TF_ACC_PROVIDER_HOST' # It may still be there from the other CLI.
	fi
	;;
*)
	fail "knows \"path\", \"env\" and \"tofu\", not \"$1\""
	;;
esac
