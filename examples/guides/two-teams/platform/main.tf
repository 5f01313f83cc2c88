# The platform team manages the secrets: their paths, their KMS keys, and the addresses
# that may read them. No value is in this configuration.
locals {
  secrets = {
    "/payments/production/database"    = "Password of the payments database"
    "/payments/production/signing-key" = "Key that payment requests are signed with"
  }
}

resource "thalassasecrets_secret" "payments" {
  for_each    = local.secrets
  path        = each.key
  kms_key_id  = "kms-nl-01"
  description = each.value
  labels      = { team = "payments" }

  deletion_protection = true # the default

  access_policy = {
    conditions = [{ type = "ip", effect = "allow", cidrs = ["10.0.0.0/8"] }]
  }
}
