resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
}

# Puts a new key at once, regardless of the age of the current one:
#
#   terraform apply -invoke=action.thalassasecrets_put_generated_value.signing_key
#
# The next plan tracks the new version.
action "thalassasecrets_put_generated_value" "signing_key" {
  config {
    secret_id   = thalassasecrets_secret.signing_key.id
    byte_length = 32
  }
}
