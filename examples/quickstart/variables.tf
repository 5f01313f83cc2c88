variable "kms_key_id" {
  description = "Identity of a symmetric KMS key in the provider's region."
  type        = string
  default     = "kms-nl-01"
}

# Ephemeral variables are in no plan and no state. Set them in the environment, as
# TF_VAR_database_password and TF_VAR_mail_password.
variable "database_password" {
  description = "Password of the database."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "mail_password" {
  description = "Password of the mail account."
  type        = string
  ephemeral   = true
  sensitive   = true
}

# Terraform cannot see that an ephemeral value is new. Changing this triggers the put.
variable "database_password_version" {
  description = "Change this together with database_password."
  type        = string
  default     = "1"
}

variable "protect" {
  description = "Whether Terraform refuses to delete the secrets. Apply false before terraform destroy."
  type        = bool
  default     = true
}
