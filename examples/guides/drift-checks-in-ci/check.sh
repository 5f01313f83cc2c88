#!/usr/bin/env bash
# Plans, and tells drift from due work. Exit code 0: nothing to do. 1: the plan
# failed. 2: there is due work to apply. 3: something changed outside Terraform.
set -euo pipefail

status=0
terraform plan -input=false -out=ci.plan -detailed-exitcode || status=$?
[[ $status -eq 2 ]] || exit "$status"

# Terraform itself reads the JSON, in a directory without any state.
report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
terraform show -json ci.plan >"$report/plan.json"
cat >"$report/report.tf" <<'HCL'
locals {
  plan = jsondecode(file("plan.json"))

  # Resources that manage another version after the plan, with the reason.
  moved = {
    for r in local.plan.resource_changes : r.address => try(r.change.after.last_change, "decided during apply")
    if r.type == "thalassasecrets_secret_version" && (
      try([r.change.before.version, r.change.before.created_at], []) != try([r.change.after.version, r.change.after.created_at], [])
    )
  }
  outside = { for address, reason in local.moved : address => reason if contains(["adopted", "overwritten", "healed"], reason) }

  # What the refresh found changed or deleted.
  found = { for r in try(local.plan.resource_drift, []) : r.address => join(" and ", r.change.actions) }

  due   = [for address, reason in local.moved : "${address} (${reason})" if !contains(keys(local.outside), address)]
  drift = [for address, reason in merge(local.found, local.outside) : "${address} (${reason})"]
}
HCL
ask() { env -u TF_DATA_DIR -u TF_WORKSPACE terraform -chdir="$report" console <<<"join(\", \", local.$1)"; }

echo "Due: $(ask due)"
drift=$(ask drift)
echo "Drift: $drift"
[[ $drift == '""' ]] || exit 3
exit 2
