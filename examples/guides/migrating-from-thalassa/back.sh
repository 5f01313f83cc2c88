# Restores the resources of the vendor's provider from before.tfstate in the state, and
# removes those of this provider. The rest of the state does not change. The script fails
# if versions were put or secrets created since the move. Needs jq.
set -euo pipefail
terraform state pull | jq --slurpfile before before.tfstate '
  def ours: .mode == "managed" and (.type | startswith("thalassasecrets_"));
  def vendors: .mode == "managed" and (.type | startswith("thalassa_secret"));
  [$before[0].resources[] | select(vendors) | .instances[].attributes | .region + .path] as $known
  | [.resources[] | select(ours) | .instances[].attributes | (.region + .path) as $secret
      | select((.last_change // "imported") != "imported" or ($known | index($secret)) == null) | .id] as $changed
  | if $changed != [] then error("changed since the move: " + ($changed | join(", "))) else . end
  | .serial += 1
  | .resources |= map(select((ours or vendors) | not)) + [$before[0].resources[] | select(vendors)]
' | terraform state push -
