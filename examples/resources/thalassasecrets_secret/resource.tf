# A thalassasecrets_secret_version manages its values.
resource "thalassasecrets_secret" "database" {
  path        = "/app/production/database"
  kms_key_id  = "kms-nl-01"
  description = "Password of the production database"

  labels = {
    team = "storefront"
  }
}

# Terraform sets only the first value, here one that the service generates. Another
# system rotates it.
resource "thalassasecrets_secret" "session_key" {
  path       = "/app/production/session-key"
  kms_key_id = "kms-nl-01"

  initial_value = {
    generate = { byte_length = 32 }
  }
}
