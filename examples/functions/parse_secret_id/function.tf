# { region = "nl-01", path = "/app/production/database" }
output "secret" {
  value = provider::thalassasecrets::parse_secret_id("nl-01/app/production/database")
}
