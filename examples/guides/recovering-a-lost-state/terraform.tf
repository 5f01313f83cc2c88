terraform {
  required_version = ">= 1.7"

  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}
