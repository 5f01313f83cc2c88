terraform {
  required_version = ">= 1.11"

  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}

# The provider reads organisation, region and token from the environment: THALASSA_ORGANISATION,
# THALASSA_REGION and THALASSA_API_TOKEN.
provider "thalassasecrets" {}
