# Keep the vendor's provider until this is applied.
provider "thalassa" {
  organisation_id = "o-example"
}

moved {
  from = thalassa_secret.db
  to   = thalassasecrets_secret.db
}

resource "thalassasecrets_secret" "db" {
  region      = "nl-01"
  path        = "/app/production/db/password"
  kms_key_id  = "kms-nl-01"
  description = "Database password"
  labels      = { team = "platform" }
  annotations = { "example.org/ticket" = "OPS-1" }
}

moved {
  from = thalassa_secret_version.db
  to   = thalassasecrets_secret_version.db
}

resource "thalassasecrets_secret_version" "db" {
  secret_id        = thalassasecrets_secret.db.id
  secret_string_wo = var.password
  value_wo_version = "1"
}

# Removed from the state, not destroyed.
removed {
  from = thalassa_secret_access_policy.db

  lifecycle {
    destroy = false
  }
}

moved {
  from = thalassa_secret.credentials
  to   = thalassasecrets_secret.credentials
}

resource "thalassasecrets_secret" "credentials" {
  region     = "nl-01"
  path       = "/app/production/db/credentials"
  kms_key_id = "kms-nl-01"
}

# The value was part of the secret. Now it is a separate version.
import {
  to = thalassasecrets_secret_version.credentials
  id = "nl-01/app/production/db/credentials@current"
}

resource "thalassasecrets_secret_version" "credentials" {
  secret_id = thalassasecrets_secret.credentials.id
  secret_key_values_wo = {
    username = "dbadmin" # plain text
    password = var.credentials_password
  }
  value_wo_version = "1"
}

# Terraform puts no value into this secret, so it needs no version resource.
moved {
  from = thalassa_secret.generated
  to   = thalassasecrets_secret.generated
}

resource "thalassasecrets_secret" "generated" {
  region     = "nl-01"
  path       = "/app/production/api/webhook"
  kms_key_id = "kms-nl-01"
}
