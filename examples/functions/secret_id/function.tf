# "nl-01/app/production/database"
output "secret_id" {
  value = provider::thalassasecrets::secret_id("nl-01", "/app/production/database")
}
