# Prints which thalassa_secret_version to move and which to remove from the state: of
# each secret, move the one with the highest number. Needs jq.
terraform state pull | jq -r '
  [.resources[] | select(.mode == "managed" and .type == "thalassa_secret_version")
    | ([.module // empty, .type, .name] | join(".")) as $resource
    | .instances[] | .attributes + { address: ($resource + (.index_key | if . == null then "" else "[\(tojson)]" end)) }]
  | group_by(.region + .path)[] | sort_by(.version)
  | "moved { from = \(last.address) } # version \(last.version) of \(last.region + last.path)",
    (.[:-1][] | "terraform state rm \(.address | @sh) # version \(.version)")'
