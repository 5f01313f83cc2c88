locals {
  secrets = {
    ledger      = "nl-01/payments/production/ledger"
    signing_key = "nl-01/payments/production/signing-key"
  }
}

import {
  to = thalassasecrets_secret.ledger
  id = local.secrets.ledger
}

import {
  to = thalassasecrets_secret_version.ledger
  id = "${local.secrets.ledger}@current"
}

import {
  to = thalassasecrets_secret.signing_key
  id = local.secrets.signing_key
}

import {
  to = thalassasecrets_secret_version.signing_key
  id = "${local.secrets.signing_key}@current"
}

variable "ledger_password" {
  type      = string
  ephemeral = true
}

resource "thalassasecrets_secret" "ledger" {
  path       = "/payments/production/ledger"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "ledger" {
  secret_id        = thalassasecrets_secret.ledger.id
  secret_string_wo = var.ledger_password
  value_wo_version = "1"
}

resource "thalassasecrets_secret" "signing_key" {
  path       = "/payments/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1 }
}
