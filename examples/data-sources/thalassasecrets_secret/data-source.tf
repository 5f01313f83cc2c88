resource "thalassasecrets_secret" "database" {
  path       = "/app/production/database"
  kms_key_id = "kms-nl-01"
}

# Another system puts its value.
data "thalassasecrets_secret" "database" {
  secret_id = thalassasecrets_secret.database.id
}

output "waits_for_a_value" {
  value = !data.thalassasecrets_secret.database.has_value
}

output "last_read" {
  value = data.thalassasecrets_secret.database.last_accessed_at
}
