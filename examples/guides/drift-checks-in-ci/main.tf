variable "api_token" {
  description = "Token of the payment provider."
  type        = string
  ephemeral   = true
  sensitive   = true
}

resource "thalassasecrets_secret" "api_token" {
  path       = "/app/production/api-token"
  kms_key_id = "kms-nl-01"

  access_policy = {
    conditions = [{ type = "ip", effect = "allow", cidrs = ["10.0.0.0/8"] }]
  }
}

resource "thalassasecrets_secret_version" "api_token" {
  secret_id        = thalassasecrets_secret.api_token.id
  secret_string_wo = var.api_token
  value_wo_version = "1"
}

resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
}
