variable "signing_key_version" {
  description = "Change this to put a new key."
  type        = string
  default     = "1"
}

resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id        = thalassasecrets_secret.signing_key.id
  generate         = { byte_length = 32 }
  value_wo_version = var.signing_key_version
}

# Destroys all keys except the current one, when you run:
#
#   terraform apply -invoke=action.thalassasecrets_destroy_secret_version.superseded
action "thalassasecrets_destroy_secret_version" "superseded" {
  config {
    secret_id  = thalassasecrets_secret.signing_key.id
    superseded = true
  }
}

# Destroys one version, such as one that leaked.
action "thalassasecrets_destroy_secret_version" "leaked" {
  config {
    secret_id = thalassasecrets_secret.signing_key.id
    version   = 2
  }
}
