# Set it in the environment, as TF_VAR_database_password. An ephemeral variable is in no
# plan and no state.
variable "database_password" {
  description = "Password of the database."
  type        = string
  ephemeral   = true
  sensitive   = true
}

# Text.
resource "thalassasecrets_secret" "database" {
  path       = "/app/production/database"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "database" {
  secret_id        = thalassasecrets_secret.database.id
  secret_string_wo = var.database_password
  value_wo_version = "1" # change it to put a new password
}

# Key/value pairs.
resource "thalassasecrets_secret" "connection" {
  path       = "/app/production/connection"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "connection" {
  secret_id = thalassasecrets_secret.connection.id
  secret_key_values_wo = {
    host     = "database.internal"
    username = "app"
    password = var.database_password
  }
  value_wo_version = "1"
}

# Key material that the service generates.
resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id        = thalassasecrets_secret.signing_key.id
  generate         = { byte_length = 32 }
  value_wo_version = "1" # change it to put a new key
}
