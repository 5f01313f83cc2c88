output "secret_id" {
  description = "Id of the secret with the password."
  value       = thalassasecrets_secret.password.id
}

output "version" {
  description = "Number of the password's version."
  value       = thalassasecrets_secret_version.password.version
}

output "registry_token_id" {
  description = "Id of the secret with the token for the registry."
  value       = data.thalassasecrets_secret.registry.id
}
