# Runs without any server: terraform init && terraform test -test-directory=mocks

mock_provider "thalassasecrets" {
  # The module's outputs are compared with the id below, and functions of the provider need one too.
  mock_resource "thalassasecrets_secret" {
    defaults = {
      id = "nl-01/shop/test/database/password"
    }
  }

  mock_resource "thalassasecrets_secret_version" {
    defaults = {
      version = 2
    }
  }

  # The postcondition of the module asks for it. Of a mock it is false.
  mock_data "thalassasecrets_secret" {
    defaults = {
      has_value = true
    }
  }
}

variables {
  application      = "shop"
  environment      = "test"
  kms_key_id       = "kms-nl-01"
  password         = "first"
  password_version = "1"
}

run "outputs" {
  assert {
    condition     = output.secret_id == "nl-01/shop/test/database/password"
    error_message = "The password is at ${output.secret_id}, where the application does not look."
  }

  assert {
    condition     = output.version == 2
    error_message = "The output is version ${output.version}."
  }
}

run "no_other_environment" {
  command = plan

  variables {
    environment = "staging"
  }

  expect_failures = [var.environment]
}
