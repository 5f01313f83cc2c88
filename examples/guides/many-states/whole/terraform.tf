terraform {
  required_version = ">= 1.11"

  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}
