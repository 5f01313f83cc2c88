# The id is REGION/PATH.
terraform import thalassasecrets_secret.database nl-01/app/production/database
