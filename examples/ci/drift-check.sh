#!/usr/bin/env bash
# Says whether somebody changed something outside Terraform, and tells that from
# work of your own that is due:
#
#   drift-check.sh [OPTION OF PLAN...]     such as -var-file=production.tfvars
#
# It makes two plans and applies neither. Judged is their JSON, because the exit
# code of a refresh-only plan says little before Terraform 1.15. No value is printed:
# of attributes there are names only, apart from ids and version numbers of secrets.
#
# Exit code 0: no drift. 3: drift. 1: the check failed, so nobody knows. Due work does
# not fail the check, unless DRIFT_DUE_EXIT_CODE says so.
#
#   DRIFT_DIR             directory of the configuration, initialised; default: this one
#   DRIFT_CLI             program to run; default: terraform, else tofu
#   DRIFT_SUMMARY         file that the summary is added to; default: GITHUB_STEP_SUMMARY
#   DRIFT_DUE_EXIT_CODE   exit code where work is due and nothing drifted; default: 0
#   DRIFT_PLAN            file to keep the plan in, to be applied; as private as the state
#
# Needs bash, jq 1.5 or later, and Terraform or OpenTofu from 1.8 on.
set -euo pipefail

dir=${DRIFT_DIR:-.}
cli=${DRIFT_CLI:-}
summary=${DRIFT_SUMMARY:-${GITHUB_STEP_SUMMARY:-}}
due_code=${DRIFT_DUE_EXIT_CODE:-0}
work=''
verdict='' # Empty until the check got through.

# ---- What the plans say ------------------------------------------------------------

# judge makes {"drift": [...], "due": [...], "warnings": [...], "errors": [...]} of what
# there is of both plans and of what was said about them.
judge() {
	jq -n --slurpfile refresh "$work/refresh.json" --slurpfile plan "$work/plan.json" \
		--slurpfile said "$work/said.json" '
		def is_secret: .type == "thalassasecrets_secret";
		def is_version: .type == "thalassasecrets_secret_version";
		def before: .change.before // {};
		def after: .change.after // {};
		def is_unknown($name): .change.after_unknown | if type == "object" then .[$name] == true else . == true end;
		def is_hidden($name): [.change.before_sensitive, .change.after_sensitive]
			| any(.[]; . == true or (type == "object" and .[$name] == true));
		def changed: [(before + after | keys[]) as $name | select(is_unknown($name) or before[$name] != after[$name]) | $name];
		def key: [.address, .deposed];

		# The id of the secret that it is about, unless the configuration calls that sensitive.
		def secret:
			if (is_secret or is_version) | not then ""
			elif is_hidden("path") or is_hidden("secret_id") then "(sensitive)"
			else . as $change
				| [before, after | if ($change | is_version) then .secret_id else .id end // (select(.path) | (.region // "") + .path)]
				| map(select(. != null)) | first // ""
			end;

		# A version resource that manages another version after the plan. The number alone
		# does not tell: a secret that was created anew counts from one again.
		def moves: is_version and .change.before != null and .change.after != null
			and [before.version, before.created_at] != [after.version, after.created_at];
		def reason: after.last_change;
		def is_outside: moves and (reason | . == "adopted" or . == "overwritten" or . == "healed");

		def outside:
			{ secret: secret, resource: .address, key: key } +
			if reason == "overwritten" then
				{ what: "version \(before.version) is not current any more: somebody put another version, or rolled back", plan: "puts the configured value again" }
			elif reason == "healed" then
				{ what: "no version with a value is active; version \(before.version) was managed", plan: "puts the value again" }
			elif before.version == after.version then
				{ what: "the secret was deleted and created anew, up to version \(after.version)", plan: "tracks it, writes nothing" }
			elif after.version > before.version then
				{ what: "version \(after.version) was put; version \(before.version) was managed", plan: "tracks version \(after.version), writes nothing" }
			else
				{ what: "version \(before.version) is not current any more, version \(after.version) is", plan: "tracks version \(after.version), writes nothing" }
			end;

		# What a refresh found. An attribute that the state did not know yet, as after an
		# apply that could not be confirmed, is no news from outside.
		def is_found: .change.actions != ["no-op"]
			and ((is_secret or is_version | not) or .change.actions != ["update"] or (before as $before | any(changed[]; $before[.] != null)));
		def found($planned; $is_known):
			key as $key
			| { secret: secret, resource: .address, key: $key,
				what: (
					if .change.actions == ["delete"] then
						if is_version then "version \(before.version) went with its secret" else "deleted" end
					elif is_secret and before.created_at != after.created_at then "deleted and created anew"
					elif is_version and before.status != after.status then "version \(before.version) was \(after.status)"
					else "changed: \(changed | join(", "))" end),
				plan: (
					if $is_known | not then "not known"
					else (first($planned[] | select(key == $key) | .change.actions) // ["no-op"])
						| if . == ["no-op"] then "writes nothing"
						elif . == ["create"] then "creates it again"
						elif . == ["update"] then "changes it back"
						else join(", then ") end
					end) };

		# A warning of the plan about a version that somebody else put or destroyed. It is all
		# that tells of one where the plan puts a value of ours anyway, because that is due.
		def warned: select(.severity == "warning")
			| (.summary | capture("^(New version put outside Terraform|Version destroyed outside Terraform|Version lost with a re-created secret): (?<secret>.+)$"))
				+ { resource: (.address // ""), what: (.detail | split(". ")[0]), plan: "does what is due" };

		# The versions that a plan destroys, as far as it lists them. A put leaves its own
		# version open at the end of the list.
		def goes: if (after.active_versions | type) == "array" then (before.active_versions // []) - after.active_versions else [] end;
		def retires: "retires version " + (goes | map(tostring) | join(", ")) + " (retention)";

		def due:
			{ secret: secret, resource: .address, what: (
				if moves and .change.actions == ["update"] then
					"version \(before.version): " + (
						if reason == "rotation" then "due by its age (rotation)"
						elif reason == "keeper" then "a keeper of its rotation changed (keeper)"
						elif reason == "value" then "the configuration has another value (value)"
						else reason // "decided during apply" end)
						+ if goes == [] then "" else ", " + retires end
				elif is_version and changed == ["active_versions"] and goes != [] then retires
				elif .change.actions == ["update"] then "update: \(changed | join(", "))"
				elif .change.actions == ["no-op"] then "import"
				else .change.actions | join(", then ") end) };

		([$plan[].resource_changes // [] | .[] | select(.mode == "managed")]) as $planned
		| ([$planned[] | select(is_outside) | outside]) as $outside
		| ([$refresh[], $plan[] | .resource_drift // [] | .[] | select(is_found)] | unique_by(key)
			| map(found($planned; ($plan | length) > 0)) | map(select(.key as $key | all($outside[]; .key != $key)))) as $found
		| ($outside + $found) as $drift
		| ([$said[] | warned] | unique | map(select(.resource as $resource | all($drift[]; .resource != $resource)))) as $warned
		| { drift: ($drift + $warned),
			due: [$planned[] | select(.change.actions != ["no-op"] or .change.importing != null)
				| select(key as $key | all($drift[]; .key != $key)) | due],
			warnings: ([$said[] | select(.severity == "warning")
				# Every check block has the same summary.
				| if .summary == "Check block assertion failed" then .detail else .summary end] | unique),
			errors: ([$said[] | select(.severity == "error") | .summary + (if .address then " (\(.address))" else "" end)] | unique) }'
}

# render makes the summary of a judgement.
render() {
	jq -r --arg verdict "$verdict" '
		def cell: tostring | gsub("[\\r\\n`]"; " ") | gsub("[|]"; "\\|");
		def code: if . == "" then "" else "`\(cell)`" end;
		def row: "| " + join(" | ") + " |";
		def lines($title): if length > 0 then "", "### \($title)", "", (.[] | "- \(cell)") else empty end;
		def drift_rows: ["Secret", "What happened", "The plan", "Resource"], ["---", "---", "---", "---"],
			(.drift[] | [(.secret | code), (.what | cell), (.plan | cell), (.resource | code)]) | row;
		def due_rows: ["Secret", "What is due", "Resource"], ["---", "---", "---"],
			(.due[] | [(.secret | code), (.what | cell), (.resource | code)]) | row;

		"## Drift check: \(if $verdict == "" then "failed" else $verdict end)", "",
		if $verdict == "" then
			"The check did not get through. " + if .drift == [] then "Whether anything changed outside Terraform is not known."
			else "This much a refresh found before it failed; whether there is more is not known." end
		elif $verdict == "drift" then "Something changed outside Terraform. Find out who it was before this is applied."
		elif $verdict == "due work" then "No drift. The work that is due only has to be applied."
		else "No drift, and nothing is due." end,
		if .drift != [] then "", "### Changed outside Terraform", "", drift_rows else empty end,
		if .due != [] then "", "### Due work", "", due_rows else empty end,
		(.errors | lines("Errors")),
		(.warnings | lines("Warnings"))'
}

# ---- Making the plans --------------------------------------------------------------

# plan NAME OPTION... makes a plan and its JSON. What the CLI prints stays in a file,
# because it shows outputs.
plan() {
	local name=$1 made=0
	shift
	"$cli" "-chdir=$dir" plan -input=false -json "-out=$work/$name.plan" "$@" >"$work/$name.log" 2>"$work/$name.err" || made=1
	if ((made == 0)); then
		"$cli" "-chdir=$dir" show -json "$work/$name.plan" >"$work/shown.json" 2>>"$work/$name.err" || made=1
	fi
	jq -cR 'fromjson? | objects | select(.type == "diagnostic") | .diagnostic | {severity, summary, detail, address}' "$work/$name.log" >>"$work/said.json"
	if ((made == 0)) && jq -e 'has("format_version") and .errored != true' "$work/shown.json" >/dev/null 2>>"$work/$name.err"; then
		mv "$work/shown.json" "$work/$name.json"
		return
	fi
	explain "$name"
	return 1
}

# explain prints why a plan failed: its errors, and what is not JSON, such as a crash.
explain() {
	printf '\nThe %s failed.\n' "$([[ $1 == refresh ]] && echo 'refresh-only plan' || echo plan)"
	jq -rR 'fromjson? | objects | select(.type == "diagnostic") | .diagnostic | select(.severity == "error")
		| "\nError: \(.summary)\n", (select(.address) | "  with \(.address)\n"), .detail' "$work/$1.log"
	jq -rR '. as $line | try (fromjson | empty) catch $line' "$work/$1.log"
	cat "$work/$1.err"
} >&2

fail() {
	printf 'drift-check.sh: %s\n' "$1" >&2
	jq -n --arg summary "$1" '{severity: "error", summary: $summary}' >>"$work/said.json"
	exit 1
}

# report prints the summary and adds it to where it is kept.
report() {
	render <"$work/judgement.json" >"$work/summary.md"
	cat "$work/summary.md"
	if [[ -n $summary ]]; then
		cat "$work/summary.md" >>"$summary"
	fi
}

# finish has the last word however the check ends: without a verdict it has failed.
finish() {
	local status=$?
	trap - EXIT
	set +e
	if [[ -z $verdict ]]; then
		status=1
		judge >"$work/judgement.json"
		report
	fi
	rm -rf "$work"
	exit "$status"
}

# ---- The check ---------------------------------------------------------------------

command -v jq >/dev/null || {
	echo 'drift-check.sh: needs jq, which is not installed' >&2
	exit 1
}
work=$(mktemp -d)
touch "$work/said.json" "$work/refresh.json" "$work/plan.json"
trap finish EXIT
trap 'exit 1' HUP INT TERM

[[ -z ${DRIFT_PLAN:-} ]] || rm -f "$DRIFT_PLAN" # Nobody shall apply an older one by mistake.
if [[ -z $cli ]]; then
	cli=$(type -P terraform || type -P tofu) || fail 'needs terraform or tofu, and neither is on the PATH'
fi
[[ $due_code =~ ^[0-9]{1,3}$ ]] || fail "DRIFT_DUE_EXIT_CODE is \"$due_code\", and has to be a number"

# The refresh comes first: it tells of drift even where a plan is refused.
plan refresh -refresh-only "$@"
plan plan "$@"

judge >"$work/judgement.json"
verdict=$(jq -r 'if .drift != [] then "drift" elif .due != [] then "due work" else "clean" end' "$work/judgement.json")
report
if [[ -n ${DRIFT_PLAN:-} ]]; then
	(umask 077 && cp "$work/plan.plan" "$DRIFT_PLAN")
fi
case $verdict in
drift) exit 3 ;;
'due work') exit "$due_code" ;;
esac
