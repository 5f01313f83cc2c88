data "thalassasecrets_secrets" "production" {
  path_prefix = "/app/production/"
}

locals {
  databases = toset(["ledger", "orders"])
  existing = {
    for secret in data.thalassasecrets_secrets.production.secrets :
    trimprefix(secret.path, "/app/production/") => secret
  }
}

import {
  for_each = { for name in local.databases : name => local.existing[name].id if contains(keys(local.existing), name) }
  to       = thalassasecrets_secret.database[each.key]
  id       = each.value
}

import {
  for_each = { for name in local.databases : name => local.existing[name] if try(local.existing[name].has_value, false) }
  to       = thalassasecrets_secret_version.database[each.key]
  id       = "${each.value.id}@${each.value.current_version}"
}

resource "thalassasecrets_secret" "database" {
  for_each   = local.databases
  path       = "/app/production/${each.key}"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "database" {
  for_each  = local.databases
  secret_id = thalassasecrets_secret.database[each.key].id
  generate  = { byte_length = 32 }
}
