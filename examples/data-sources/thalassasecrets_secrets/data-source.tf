# All production secrets of one team, at any depth.
data "thalassasecrets_secrets" "payments" {
  path_prefix = "/app/production/"
  labels      = { team = "payments" }
}

output "never_read" {
  value = [
    for s in data.thalassasecrets_secrets.payments.secrets : s.id
    if s.has_value && s.last_accessed_at == null
  ]
}

# One level: the secrets directly below /app/, and the prefixes of the next level.
data "thalassasecrets_secrets" "applications" {
  path_prefix = "/app/"
  recursive   = false
}

output "environments" {
  value = data.thalassasecrets_secrets.applications.prefixes
}
