variable "first_password" {
  type = string
}

variable "password" {
  type = string
}

variable "credentials_password" {
  type = string
}
