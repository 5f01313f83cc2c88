terraform {
  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}

provider "thalassasecrets" {
  organisation_id = "o-example"
  region          = "nl-01"

  # The token stays out of the configuration: it is read from THALASSA_API_TOKEN.
}
