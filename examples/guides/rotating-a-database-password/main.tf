resource "thalassasecrets_secret" "database" {
  path       = "/app/production/database"
  kms_key_id = "kms-nl-01"
}

# A new password in every run. Only a run that puts a version uses it.
ephemeral "random_password" "database" {
  length  = 32
  special = false
}

resource "thalassasecrets_secret_version" "database" {
  secret_id        = thalassasecrets_secret.database.id
  secret_string_wo = ephemeral.random_password.database.result
  rotation         = { after = "30d" }
  retention        = { keep = 1 }
}

# The password of the managed version, from this run or an earlier one.
ephemeral "thalassasecrets_secret_value" "database" {
  secret_id = thalassasecrets_secret.database.id
  version   = thalassasecrets_secret_version.database.version
}

resource "postgresql_role" "app" {
  name                = "app"
  login               = true
  password_wo         = ephemeral.thalassasecrets_secret_value.database.secret_string
  password_wo_version = thalassasecrets_secret_version.database.version_uid
}
