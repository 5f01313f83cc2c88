terraform {
  required_version = ">= 1.11"

  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}

# Organisation, region and token come from the environment: THALASSA_ORGANISATION,
# THALASSA_REGION and THALASSA_API_TOKEN.
provider "thalassasecrets" {}
