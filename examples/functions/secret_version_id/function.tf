# "nl-01/app/production/database@4"
output "version_id" {
  value = provider::thalassasecrets::secret_version_id("nl-01/app/production/database", 4)
}

# "nl-01/app/production/database@current"
output "current_version_id" {
  value = provider::thalassasecrets::secret_version_id("nl-01/app/production/database", "current")
}
