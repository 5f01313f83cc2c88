# An identity names the secret, so this imports its current version.
import {
  to = thalassasecrets_secret_version.database
  identity = {
    region = "nl-01"
    path   = "/app/production/database"
  }
}
