package provider_test

import (
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// A module may have variables for both names of a secret and get only one of them.
// Configuration that Terraform generates has all three names.
func TestNamesMayBeUnknownOrRedundant(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Write("main.tf", `
variable "secret_id" {
  type    = string
  default = null
}
variable "path" {
  type    = string
  default = null
}
`+container+`
resource "thalassasecrets_secret_version" "db" {
  secret_id        = var.secret_id
  path             = var.path
  secret_string_wo = "v"
  value_wo_version = "1"
  depends_on       = [thalassasecrets_secret.db]
}
`)
	if result := w.Run("validate", "-no-color"); result.Code != 0 {
		t.Errorf("validate: %s%s", result.Stdout, result.Stderr)
	}
	w.Env["TF_VAR_path"] = "/app/db"
	w.Apply()
	w.Env["TF_VAR_secret_id"] = dbID
	w.Settled()
}
