variable "application" {
  description = "Name of the application that the database belongs to."
  type        = string
}

variable "environment" {
  description = "Where it runs."
  type        = string

  validation {
    condition     = contains(["test", "production"], var.environment)
    error_message = "The environment is test or production."
  }
}

variable "kms_key_id" {
  description = "Identity of a symmetric KMS key in the provider's region."
  type        = string
}

# Ephemeral: neither a plan nor the state keeps it.
variable "password" {
  description = "Password of the database."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "password_version" {
  description = "Change this together with password."
  type        = string
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the secret."
  type        = bool
  default     = true
}
