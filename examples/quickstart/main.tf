# A password from a variable.
resource "thalassasecrets_secret" "database_password" {
  path                = "/quickstart/database/password"
  kms_key_id          = var.kms_key_id
  description         = "Password of the quickstart database"
  deletion_protection = var.protect
}

resource "thalassasecrets_secret_version" "database_password" {
  secret_id        = thalassasecrets_secret.database_password.id
  secret_string_wo = var.database_password
  value_wo_version = var.database_password_version
}

# A credential of several parts.
resource "thalassasecrets_secret" "mail" {
  path                = "/quickstart/mail"
  kms_key_id          = var.kms_key_id
  description         = "Account that the quickstart application sends mail with"
  deletion_protection = var.protect
}

resource "thalassasecrets_secret_version" "mail" {
  secret_id = thalassasecrets_secret.mail.id
  secret_key_values_wo = {
    username = "quickstart@mail.example"
    password = var.mail_password
  }
  value_wo_version = "1"
}

# A key that the service generates, so that Terraform never receives it.
resource "thalassasecrets_secret" "signing_key" {
  path                = "/quickstart/signing-key"
  kms_key_id          = var.kms_key_id
  description         = "Key that the quickstart application signs sessions with"
  deletion_protection = var.protect
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
}
