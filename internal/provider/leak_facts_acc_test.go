package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// Data that is not secret is where the first page of the documentation says, too: a
// default label in private state and in the plan, the provider's own mark in private
// state and at the service, and the names of pairs in no state.
func TestFactsLandWhereTheFirstPageSays(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s).Built()
	w.Env["TF_LOG"] = "TRACE"
	w.Env["TF_LOG_PATH"] = filepath.Join(w.Dir, "trace.log")
	w.Env["TF_VAR_label"], w.Env["TF_VAR_name"] = "default-label-Vb4kQ9", "name-of-pair-Jx2wT6"
	w.Write("main.tf", `
variable "label" {}
variable "name" { ephemeral = true }
provider "thalassasecrets" {
  default_labels = { team = var.label }
}
`+emptyContainer+versionOf("secret_key_values_wo = { (var.name) = \"value\" }\nvalue_wo_version = \"1\""))
	plan := w.Plan()
	w.Write("printed.txt", plan.Stdout+w.ApplyOnly("saved.plan").Stdout)
	mark := s.Secret(dbID).Annotations[client.CreationAnnotation]
	if mark == "" {
		t.Fatal("the secret has no mark")
	}
	places := map[string][]string{}
	for _, leak := range leaksIn(t, w.Dir, map[string]string{"label": w.Env["TF_VAR_label"], "mark": mark, "name": w.Env["TF_VAR_name"]}) {
		name, _, _ := strings.Cut(leak, " ")
		places[name] = append(places[name], leak[strings.LastIndex(leak, " in ")+len(" in "):])
	}
	for name, want := range map[string][]string{
		"label": {"saved.plan/tfplan", "terraform.tfstate"},
		"mark":  {"terraform.tfstate"},
		"name":  {"trace.log"},
	} {
		got := slices.Compact(slices.Sorted(slices.Values(places[name])))
		if !slices.Equal(got, want) {
			t.Errorf("the %s is in %q, want %q", name, got, want)
		}
	}
}
