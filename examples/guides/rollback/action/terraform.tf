terraform {
  required_version = ">= 1.14"

  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
  }
}
