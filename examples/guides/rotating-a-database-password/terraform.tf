terraform {
  required_version = ">= 1.11"

  required_providers {
    thalassasecrets = {
      source = "thalassasecrets/thalassasecrets"
    }
    random = {
      source  = "hashicorp/random"
      version = ">= 3.7"
    }
    postgresql = {
      source = "cyrilgdn/postgresql"
    }
  }
}
