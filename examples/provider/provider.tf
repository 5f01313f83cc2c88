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

  # The provider reads the credentials from the environment, for example from
  # THALASSA_API_TOKEN.
}
