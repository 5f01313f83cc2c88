# {
#   secret_id = "nl-01/app/production/database"
#   region    = "nl-01"
#   path      = "/app/production/database"
#   version   = 4
# }
output "version" {
  value = provider::thalassasecrets::parse_secret_version_id("nl-01/app/production/database@4")
}
