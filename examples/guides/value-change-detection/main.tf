# Set it in the environment, as TF_VAR_password.
variable "password" {
  description = "Password of the mail account."
  type        = string
  ephemeral   = true
  sensitive   = true
}

resource "thalassasecrets_secret" "mail" {
  path       = "/app/production/mail"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "mail" {
  secret_id            = thalassasecrets_secret.mail.id
  secret_string_wo     = var.password
  detect_value_changes = true
}
