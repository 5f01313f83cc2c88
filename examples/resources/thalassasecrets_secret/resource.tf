# Its values are managed by a thalassasecrets_secret_version.
resource "thalassasecrets_secret" "database" {
  path        = "/app/production/database"
  kms_key_id  = "kms-nl-01"
  description = "Password of the production database"

  labels = {
    team = "storefront"
  }
}

# Terraform gives it a first value, here one that the service makes up. What is put
# later is somebody else's business.
resource "thalassasecrets_secret" "session_key" {
  path       = "/app/production/session-key"
  kms_key_id = "kms-nl-01"

  initial_value = {
    generate = { byte_length = 32 }
  }
}
