# The payments team manages the values, and refers to the secrets by their paths.
variable "database_password" {
  description = "Password of the payments database."
  type        = string
  ephemeral   = true
  sensitive   = true
}

resource "thalassasecrets_secret_version" "database" {
  path             = "/payments/production/database"
  secret_string_wo = var.database_password
  value_wo_version = "1"
  retention        = { keep = 1 }
}

resource "thalassasecrets_secret_version" "signing_key" {
  path      = "/payments/production/signing-key"
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1 }
}
