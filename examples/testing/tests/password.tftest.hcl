# Runs against the server in THALASSA_API_ENDPOINT, which ./run.sh starts.

variables {
  application         = "shop"
  environment         = "test"
  kms_key_id          = "kms-nl-01"
  password            = "first"
  password_version    = "1"
  deletion_protection = false # Terraform destroys the resources at the end of a test.
}

run "first_password" {
  assert {
    condition     = output.secret_id == "nl-01/shop/test/database/password"
    error_message = "The password is at ${output.secret_id}, where the application does not look."
  }

  assert {
    condition     = output.version == 2 # Version 1 was the placeholder of a new secret.
    error_message = "The first password is version ${output.version}."
  }

  assert {
    condition     = output.registry_token_id == "nl-01/platform/registry/pull-token"
    error_message = "The token for the registry is ${output.registry_token_id}."
  }
}

run "nothing_to_do" {
  command = plan

  assert {
    condition     = output.version == 2
    error_message = "A plan with the same password is about to change its version."
  }
}

run "new_password" {
  variables {
    password         = "second"
    password_version = "2"
  }

  assert {
    condition     = output.version == 3
    error_message = "A new password is not a new version of the secret."
  }

  assert {
    condition     = output.secret_id == "nl-01/shop/test/database/password"
    error_message = "A new password is another secret, and not a version of the same one."
  }
}

run "no_other_environment" {
  command = plan

  variables {
    environment = "staging"
  }

  expect_failures = [var.environment]
}
