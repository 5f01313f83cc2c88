provider "thalassa" {
  organisation_id = "o-example"
}

# A text, and a second version of it.
resource "thalassa_secret" "db" {
  region        = "nl-01"
  path          = "/app/production/db/password"
  kms_key_id    = "kms-nl-01"
  description   = "Database password"
  labels        = { team = "platform" }
  annotations   = { "example.org/ticket" = "OPS-1" }
  secret_string = var.first_password
}

resource "thalassa_secret_version" "db" {
  region        = "nl-01"
  path          = thalassa_secret.db.path
  secret_string = var.password
}

# A policy in the format of that provider, which the service ignores.
resource "thalassa_secret_access_policy" "db" {
  region = "nl-01"
  path   = thalassa_secret.db.path

  statement {
    effect     = "Allow"
    actions    = ["getSecretValue"]
    principals = ["sa-example"]
  }
}

# Pairs, which that provider sends unchanged. The service expects base64.
resource "thalassa_secret" "credentials" {
  region     = "nl-01"
  path       = "/app/production/db/credentials"
  kms_key_id = "kms-nl-01"
  secret_key_values = {
    username = base64encode("dbadmin")
    password = base64encode(var.credentials_password)
  }
}

# Random bytes that the service generates.
resource "thalassa_secret" "generated" {
  region     = "nl-01"
  path       = "/app/production/api/webhook"
  kms_key_id = "kms-nl-01"

  generate_secret {
    byte_length = 32
  }
}
