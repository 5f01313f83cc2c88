# Terraform creates the secret with a first value. The rotator puts all other values, and
# no plan mentions them.
resource "thalassasecrets_secret" "mail" {
  path       = "/app/production/mail"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "mail" {
  secret_id           = thalassasecrets_secret.mail.id
  generate            = { byte_length = 32 }
  on_external_version = "ignore"
}

# A resource of this configuration must follow the versions of the rotator.
resource "thalassasecrets_secret" "storage" {
  path       = "/app/production/storage"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "storage" {
  secret_id           = thalassasecrets_secret.storage.id
  generate            = { byte_length = 32 }
  on_external_version = "adopt" # the default
}

# An example of a resource that must be updated with each version.
resource "terraform_data" "restart" {
  triggers_replace = thalassasecrets_secret_version.storage.version_uid
}
