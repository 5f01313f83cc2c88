variable "api_token" {
  description = "Token of the payment provider."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "max_age_days" {
  description = "Age of a value in days after which every plan warns."
  type        = number
  default     = 90
}

resource "thalassasecrets_secret" "api_token" {
  path       = "/app/production/api-token"
  kms_key_id = "kms-nl-01"
}

resource "thalassasecrets_secret_version" "api_token" {
  secret_id        = thalassasecrets_secret.api_token.id
  secret_string_wo = var.api_token
  value_wo_version = "1"
}

# The secrets to check. A literal id works too, so they need not be managed here.
locals {
  watched = {
    api_token = thalassasecrets_secret.api_token.id
  }
}

data "thalassasecrets_secret_versions" "watched" {
  for_each  = local.watched
  secret_id = each.value
}

# One line for each current version that is too old, by the clock of the service. Only
# the check uses the time, so the plan stays empty.
check "age" {
  assert {
    condition = alltrue(flatten([
      for secret in data.thalassasecrets_secret_versions.watched : [
        for v in secret.versions : timecmp(timeadd(v.created_at, "${24 * var.max_age_days}h"), secret.as_of) >= 0
        if v.stage == "current"
      ]
    ]))
    error_message = join(" ", flatten([
      for secret in data.thalassasecrets_secret_versions.watched : [
        for v in secret.versions :
        "Version ${v.version} of ${secret.secret_id} was put on ${formatdate("YYYY-MM-DD", v.created_at)}, more than ${var.max_age_days} days ago."
        if v.stage == "current" && timecmp(timeadd(v.created_at, "${24 * var.max_age_days}h"), secret.as_of) < 0
      ]
    ]))
  }
}
