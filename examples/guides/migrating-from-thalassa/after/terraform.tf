terraform {
  required_version = ">= 1.11"

  required_providers {
    thalassa = {
      source = "thalassa-cloud/thalassa"
    }
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}
