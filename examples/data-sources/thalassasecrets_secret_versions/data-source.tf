resource "thalassasecrets_secret" "database" {
  path       = "/app/production/database"
  kms_key_id = "kms-nl-01"
}

data "thalassasecrets_secret_versions" "database" {
  secret_id = thalassasecrets_secret.database.id
}

output "current_version" {
  value = data.thalassasecrets_secret_versions.database.current_version
}

# Changes whenever another version becomes current. Use it as a trigger for resources
# that must follow a secret that is not managed here.
output "current_version_uid" {
  value = one([
    for v in data.thalassasecrets_secret_versions.database.versions : v.version_uid
    if v.stage == "current"
  ])
}

# Older versions whose value can still be read.
output "superseded_versions" {
  value = [
    for v in data.thalassasecrets_secret_versions.database.versions : v.version
    if v.status == "active" && v.stage != "current"
  ]
}
