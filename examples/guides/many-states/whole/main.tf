variable "ledger_password" {
  type      = string
  ephemeral = true
}

resource "thalassasecrets_secret" "ledger" {
  path       = "/payments/production/ledger"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "ledger" {
  secret_id        = thalassasecrets_secret.ledger.id
  secret_string_wo = var.ledger_password
  value_wo_version = "1"
}

resource "thalassasecrets_secret" "signing_key" {
  path       = "/payments/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1 }
}

resource "thalassasecrets_secret" "sessions" {
  path       = "/shop/production/sessions"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "sessions" {
  secret_id = thalassasecrets_secret.sessions.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
}
