# The id is REGION/PATH@VERSION, or REGION/PATH@current for the version that is current.
terraform import thalassasecrets_secret_version.database nl-01/app/production/database@4
terraform import thalassasecrets_secret_version.database nl-01/app/production/database@current
