variable "restore_version" {
  description = "Number of the version whose value to restore."
  type        = number
  default     = 2
}

resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
}

# Rolls back to an older key:
#
#   terraform apply -invoke=action.thalassasecrets_restore_secret_version.signing_key -var restore_version=2
#
# The next plan tracks the version that it has put.
action "thalassasecrets_restore_secret_version" "signing_key" {
  config {
    secret_id = thalassasecrets_secret.signing_key.id
    version   = var.restore_version
  }
}
