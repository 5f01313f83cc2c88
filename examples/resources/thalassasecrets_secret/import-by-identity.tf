import {
  to = thalassasecrets_secret.database
  identity = {
    region = "nl-01"
    path   = "/app/production/database"
  }
}
