locals {
  databases = toset(["ledger", "orders"])
}

import {
  for_each = local.databases
  to       = thalassasecrets_secret.database[each.key]
  id       = "nl-01/app/production/${each.key}"
}

import {
  for_each = local.databases
  to       = thalassasecrets_secret_version.database[each.key]
  id       = "nl-01/app/production/${each.key}@current"
}

resource "thalassasecrets_secret" "database" {
  for_each   = local.databases
  path       = "/app/production/${each.key}"
  kms_key_id = "kms-nl-01"
  labels     = { team = "payments" }
}

resource "thalassasecrets_secret_version" "database" {
  for_each  = local.databases
  secret_id = thalassasecrets_secret.database[each.key].id
}
