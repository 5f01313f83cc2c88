import {
  to = thalassasecrets_secret_version.database
  id = "nl-01/app/production/database@current"
}
