import {
  to = thalassasecrets_secret.database
  id = "nl-01/app/production/database"
}
