list "thalassasecrets_secret" "found" {
  provider = thalassasecrets
  limit    = 1000

  config {
    path_prefix = "/app/production/"
  }
}

list "thalassasecrets_secret_version" "found" {
  provider = thalassasecrets
  limit    = 1000

  config {
    path_prefix = "/app/production/"
  }
}
