variable "password" {
  type      = string
  ephemeral = true
  sensitive = true
}

variable "credentials_password" {
  type      = string
  ephemeral = true
  sensitive = true
}
