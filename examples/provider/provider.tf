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

  # The credentials stay out of the configuration: they are read from the environment,
  # such as THALASSA_API_TOKEN.
}
