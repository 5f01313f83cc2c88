list "thalassasecrets_secret" "production" {
  provider = thalassasecrets

  # The default is 100.
  limit = 1000

  config {
    path_prefix = "/app/production/"
    labels      = { team = "payments" }
  }
}
