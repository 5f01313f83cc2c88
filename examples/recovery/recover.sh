#!/usr/bin/env bash
# Recovers the secrets of a lost Terraform state. It writes import blocks for every
# secret and version of the configuration that exists at the service and is not in the
# state. Run it in the directory of the configuration:
#
#   bash recover.sh [OPTION OF PLAN...]     such as -var-file=production.tfvars
#   terraform apply [OPTION OF PLAN...]
#
# It only makes plans: nothing changes at the service, and nothing in the state. The plan
# of a lost state names each secret that exists ("Secret exists already"). With the import
# blocks of the secrets in place, the next plan names the values of their versions
# ("Existing value superseded", or "Missing value" for a version without a value input).
# The script repeats until a plan names nothing new. Then it prints what the apply would
# do in addition to the imports.
#
# It prints addresses, ids and version numbers, and never a value. You can run it again:
# it keeps the blocks of its file and adds missing ones. Review the file before the apply,
# and delete it afterwards.
#
# Exit code 0: the apply imports, and writes nothing to the service. 2: the apply would do
# more, which it lists. 1: no plan succeeded; the file has the findings so far.
#
#   RECOVERY_DIR    directory of the configuration, initialised; default: this one
#   RECOVERY_CLI    program to run; default: terraform, else tofu
#   RECOVERY_FILE   file for the import blocks, in that directory; default: recovered.tf
#
# Needs bash, jq 1.6 or later, and Terraform or OpenTofu from 1.8 on.
set -euo pipefail
umask 077 # A plan is as private as the state.

dir=${RECOVERY_DIR:-.}
cli=${RECOVERY_CLI:-}
file=$dir/${RECOVERY_FILE:-recovered.tf}
work=''

fail() {
	printf 'recover.sh: %s\n' "$1" >&2
	exit 1
}

# In jq, plain makes a line safe to print, and text writes a string as HCL does.
common='
	def plain: tostring | gsub("[[:cntrl:]\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"; " ")
		| gsub(":(?=:([^0-9/]|$))"; ": ") | gsub("#(?=#[A-Za-z]*\\[)"; "# ");
	def text: tojson | gsub("\\$\\{"; "$${") | gsub("%\\{"; "%%{");'

# ---- What a plan says --------------------------------------------------------------

# plan makes a plan. Its diagnostics are read from the JSON, because their address says
# which instance of a resource they are about.
plan() {
	planned=0
	"$cli" "-chdir=$dir" plan -input=false -json "-out=$work/plan" "$@" >"$work/said" 2>"$work/errors" || planned=1
	jq -cR 'fromjson? | objects | select(.type == "diagnostic") | .diagnostic | {severity, summary, detail: (.detail // ""), address}' \
		"$work/said" >"$work/diagnostics"
}

# found prints the imports that the plan asks for as {to, id, note}, one a line. The
# version is imported by the number that was current in the plan: what another client puts
# after that shows in the plan of the apply.
found() {
	jq -cs --rawfile known "$work/known" '
		(reduce ($known | split("\n"))[] as $to ({}; .[$to] = true)) as $known
		| map(select(.address != null)
			| .address as $to | .severity as $severity | .detail as $detail
			| (.summary | capture("^(?<title>[^:]+)(: (?<id>[^ ]+))?$")? // {title: "", id: null}) as $said
			| if $severity == "error" and $said.title == "Secret exists already" then
				{to: $to, id: $said.id, note: ""}
			elif $severity == "warning" and $said.title == "Existing value superseded" then
				($detail | capture("terraform import ADDRESS (?<id>[^ ]+@[0-9]+)")?) + {to: $to, note: "\($detail | split(" and is current")[0])."}
			elif $severity == "error" and $said.title == "Missing value" then
				($detail | capture("terraform import ADDRESS (?<id>[^ ]+@current)")?) + {to: $to, note: "No value is configured: this follows the version that is current."}
			else empty end
			| select(.id != null and $known[.to] == null))
		| unique_by(.to)[]' "$work/diagnostics"
}

# blocks writes import blocks for what was found.
blocks() {
	jq -r "$common"'"",
		(if .note == "" then empty else "# \(.note | plain)" end),
		"import {", "  to = \(.to)", "  id = \(.id | text)", "}"'
}

# explain prints why a plan failed, except for what is imported.
explain() {
	jq -r "$common"'select(.severity == "error") | "\nError: \(.summary | plain)\n",
		(select(.address) | "  with \(.address | plain)\n"), (.detail | split("\n")[] | plain)' "$work/diagnostics"
	jq -rR "$common"'. as $line | try (fromjson | empty) catch ($line | plain)' "$work/said"
	jq -rR "$common"'plain' "$work/errors"
} >&2

# more prints what the planned apply does apart from imports and what is only recorded in
# the state: one line for each resource.
more() {
	"$cli" "-chdir=$dir" show -json "$work/plan" | jq -r "$common"'
		def before: .change.before // {};
		def after: .change.after // {};
		def is_unknown($name): .change.after_unknown | if type == "object" then .[$name] == true else . == true end;
		def goes: if (after.active_versions | type) == "array" then (before.active_versions // []) - after.active_versions else [] end;
		def is_secret: .type == "thalassasecrets_secret";
		def is_version: .type == "thalassasecrets_secret_version";

		.resource_changes // [] | .[] | select(.mode == "managed" and .change.actions != ["no-op"])
		| (if .change.actions != ["update"] then .change.actions | join(", then ")
			elif is_version and is_unknown("version") then "puts a version, or may put one"
			elif is_version and goes != [] then "destroys version \(goes | map(tostring) | join(", "))"
			elif is_version and before.active_versions != null and is_unknown("active_versions") then "may destroy versions"
			elif is_version then empty
			elif is_secret and after.access_policy != null and (before.access_policy != after.access_policy or is_unknown("access_policy")) then "changes the access policy"
			elif is_secret then empty
			else "update" end) as $what
		| "  \(.address | plain): \($what | plain)"'
}

# ---- The recovery ------------------------------------------------------------------

command -v jq >/dev/null || fail 'needs jq, which is not installed'
if [[ -z $cli ]]; then
	cli=$(type -P terraform || type -P tofu) || fail 'needs terraform or tofu, and neither is on the PATH'
fi
[[ -d $dir ]] || fail "RECOVERY_DIR is not a directory: $dir"
[[ $file == *.tf ]] || fail "RECOVERY_FILE has to end in .tf: $file"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

touch "$work/known"
if [[ -e $file ]]; then
	sed -n 's/^  to = //p' "$file" >"$work/known"
fi

rounds=0
while :; do
	rounds=$((rounds + 1))
	plan "$@"
	found >"$work/found"
	count=$(wc -l <"$work/found")
	printf 'Plan %d: %d more to import.\n' "$rounds" "$count"
	((count > 0)) || break
	if [[ ! -e $file ]]; then
		echo '# Written by recover.sh. Review it, apply it, and delete it afterwards.' >"$file"
	fi
	blocks <"$work/found" >>"$file"
	jq -r .to "$work/found" >>"$work/known"
done

if ((planned != 0)); then
	explain
	fail "the plan fails for another reason. Correct that, and run this again."
fi
more >"$work/more"
total=$(wc -l <"$work/known")
if ((total == 0)); then
	echo 'There is nothing to import.'
else
	printf '%s holds %d imports. Review it, run "%s apply" with the same options, and delete it afterwards.\n' "$file" "$total" "$(basename "$cli")"
fi
if [[ -s $work/more ]]; then
	printf 'The apply would also do this:\n'
	cat "$work/more"
	exit 2
fi
echo 'The apply writes nothing to the Secrets Manager.'
