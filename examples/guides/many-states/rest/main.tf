removed {
  from = thalassasecrets_secret_version.ledger
  lifecycle {
    destroy = false
  }
}

removed {
  from = thalassasecrets_secret.ledger
  lifecycle {
    destroy = false
  }
}

removed {
  from = thalassasecrets_secret_version.signing_key
  lifecycle {
    destroy = false
  }
}

removed {
  from = thalassasecrets_secret.signing_key
  lifecycle {
    destroy = false
  }
}

resource "thalassasecrets_secret" "sessions" {
  path       = "/shop/production/sessions"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "sessions" {
  secret_id = thalassasecrets_secret.sessions.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
}
