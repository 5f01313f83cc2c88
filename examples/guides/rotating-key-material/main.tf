resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1, min_idle = "3d" }
}
