resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id        = thalassasecrets_secret.signing_key.id
  generate         = { byte_length = 32 }
  value_wo_version = "1"
}

# Reveals the version that was put, in a plan and again in an apply.
ephemeral "thalassasecrets_secret_value" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  version   = thalassasecrets_secret_version.signing_key.version
}

# The consumer, here a copy in another region. Every resource with a write-only argument
# works the same way: the value comes from the ephemeral resource, and version_uid is the
# trigger, or version_serial if it must be a number.
resource "thalassasecrets_secret" "copy" {
  region     = "nl-02"
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-02"
}

resource "thalassasecrets_secret_version" "copy" {
  secret_id        = thalassasecrets_secret.copy.id
  secret_binary_wo = ephemeral.thalassasecrets_secret_value.signing_key.secret_base64
  value_wo_version = thalassasecrets_secret_version.signing_key.version_uid
}
