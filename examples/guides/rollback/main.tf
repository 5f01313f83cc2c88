variable "password" {
  description = "Password of the mail account."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "password_version" {
  description = "Change this together with password."
  type        = string
  default     = "1"
}

variable "restore_version" {
  description = "Number of the version whose value to restore."
  type        = number
  default     = null
}

resource "thalassasecrets_secret" "mail" {
  path       = "/app/production/mail"
  kms_key_id = "kms-nl-01"
}

ephemeral "thalassasecrets_secret_value" "restored" {
  count     = var.restore_version == null ? 0 : 1
  secret_id = thalassasecrets_secret.mail.id
  version   = var.restore_version
}

resource "thalassasecrets_secret_version" "mail" {
  secret_id        = thalassasecrets_secret.mail.id
  secret_string_wo = var.restore_version == null ? var.password : ephemeral.thalassasecrets_secret_value.restored[0].secret_string
  value_wo_version = var.restore_version == null ? var.password_version : "restored-${var.restore_version}"
  retention        = { keep = 2 }
}
