locals {
  path = "/app/production/signing-key"

  # Region of each copy, and the KMS key there.
  copies = {
    nl-02 = "kms-nl-02"
  }
}

resource "thalassasecrets_secret" "primary" {
  region     = "nl-01"
  path       = local.path
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "primary" {
  secret_id = thalassasecrets_secret.primary.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1 }
}

ephemeral "thalassasecrets_secret_value" "primary" {
  secret_id = thalassasecrets_secret.primary.id
  version   = thalassasecrets_secret_version.primary.version
}

resource "thalassasecrets_secret" "copy" {
  for_each   = local.copies
  region     = each.key
  path       = local.path
  kms_key_id = each.value
}

resource "thalassasecrets_secret_version" "copy" {
  for_each            = local.copies
  secret_id           = thalassasecrets_secret.copy[each.key].id
  secret_binary_wo    = ephemeral.thalassasecrets_secret_value.primary.secret_base64
  value_wo_version    = thalassasecrets_secret_version.primary.version_uid
  on_external_version = "overwrite" # put the primary's value again
  retention           = { keep = 1 }
}
