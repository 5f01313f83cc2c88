provider "thalassasecrets" {
  organisation_id    = "o-example"
  region             = "nl-01"
  service_account_id = "sa-terraform"

  # The provider reads the identity token of the job from THALASSA_OIDC_TOKEN, or from
  # the file in THALASSA_OIDC_TOKEN_FILE.
}

resource "thalassasecrets_secret" "signing_key" {
  path       = "/app/production/signing-key"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "signing_key" {
  secret_id = thalassasecrets_secret.signing_key.id
  generate  = { byte_length = 32 }
}
