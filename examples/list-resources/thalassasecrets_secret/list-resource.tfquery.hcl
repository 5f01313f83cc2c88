list "thalassasecrets_secret" "production" {
  provider = thalassasecrets

  # Terraform stops after 100 results unless it is told otherwise.
  limit = 1000

  config {
    path_prefix = "/app/production/"
    labels      = { team = "payments" }
  }
}
