# The password of an application's database.
resource "thalassasecrets_secret" "password" {
  path                = "/${var.application}/${var.environment}/database/password"
  kms_key_id          = var.kms_key_id
  description         = "Password of the ${var.environment} database of ${var.application}"
  deletion_protection = var.deletion_protection
  labels = {
    application = var.application
    environment = var.environment
  }
}

resource "thalassasecrets_secret_version" "password" {
  secret_id        = thalassasecrets_secret.password.id
  secret_string_wo = var.password
  value_wo_version = var.password_version
}

# Another team's secret, which this module needs and does not manage.
data "thalassasecrets_secret" "registry" {
  secret_id = "nl-01/platform/registry/pull-token"

  lifecycle {
    postcondition {
      condition     = self.has_value
      error_message = "The platform team has not put a token for the registry yet."
    }
  }
}
