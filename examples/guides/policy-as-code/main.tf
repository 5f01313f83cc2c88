resource "thalassasecrets_secret" "signing_key" {
  path       = "/payments/production/signing-key"
  kms_key_id = "kms-nl-01"
  labels     = { owner = "payments" }

  access_policy = {
    conditions = [{
      type   = "ip"
      effect = "allow"
      cidrs  = ["10.0.0.0/8"]
    }]
  }
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1, min_idle = "3d" }
}
