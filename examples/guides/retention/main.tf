# Set it in the environment, as TF_VAR_api_token.
variable "api_token" {
  description = "Token of the payment provider."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "api_token_version" {
  description = "Change this together with api_token."
  type        = string
  default     = "1"
}

resource "thalassasecrets_secret" "api_token" {
  path       = "/app/production/api-token"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "api_token" {
  secret_id        = thalassasecrets_secret.api_token.id
  secret_string_wo = var.api_token
  value_wo_version = var.api_token_version

  retention = {
    keep     = 1    # always keep the newest superseded version
    min_idle = "3d" # destroy an older one once it has been unread for three days
  }
}
