# Key material that is rotated every 30 days. The previous key stays, and older keys are
# destroyed once they have been unread for 10 days.
resource "thalassasecrets_secret" "signing_key" {
  path                = "/shop/test/signing-key"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1, min_idle = "10d" }
}

# The alarm: the rotation of the key is five days overdue.
data "thalassasecrets_secret_versions" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
}

check "overdue" {
  assert {
    condition = alltrue([
      for v in data.thalassasecrets_secret_versions.signing_key.versions :
      timecmp(timeadd(v.created_at, "${24 * 35}h"), data.thalassasecrets_secret_versions.signing_key.as_of) > 0
      if v.stage == "current"
    ])
    error_message = "The signing key is more than 35 days old. Apply this configuration to rotate it."
  }
}

output "active_versions" {
  value = thalassasecrets_secret_version.signing_key.active_versions
}
