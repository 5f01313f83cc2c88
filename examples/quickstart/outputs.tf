output "versions" {
  description = "Number of the version of each secret that Terraform manages."
  value = {
    database_password = thalassasecrets_secret_version.database_password.version
    mail              = thalassasecrets_secret_version.mail.version
    signing_key       = thalassasecrets_secret_version.signing_key.version
  }
}
