package provider_test

import (
	"fmt"
	"os/exec"
	"testing"
	"os"
	"path/filepath"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

func TestGuideX(t *testing.T) {
	s, w := timed(t)
	for _, f := range []string{"main.tf", "terraform.tf", "check.sh"} {
		b, err := os.ReadFile(filepath.Join("../../examples/guides/drift-checks-in-ci", f))
		if err != nil { t.Fatal(err) }
		w.Write(f, string(b))
	}
	w.Env["TF_VAR_api_token"] = "x"
	w.Apply()
	run := func(what string) {
		bin := t.TempDir()
		_ = os.Symlink(os.Getenv("TF_ACC_TERRAFORM_PATH"), bin+"/terraform")
		c := w.Command(t.Context())
		cmd := exec.CommandContext(t.Context(), "bash", "check.sh")
		cmd.Dir = w.Dir
		cmd.Env = append(c.Env, "PATH="+bin+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		fmt.Println("=====", what, err, string(out))
		p := w.Plan()
		for _, d := range p.JSON.ResourceDrift { fmt.Println("DRIFT", d.Address, d.Change.Actions, d.Change.Before, d.Change.After) }
		p = w.Plan("-refresh-only")
		for _, d := range p.JSON.ResourceDrift { fmt.Println("RO DRIFT", p.Code, d.Address, d.Change.Actions, d.Change.Before, d.Change.After) }
		fmt.Println("RO", p.Code)
	}
	run("clean")
	s.Clock().Advance(31*oneDay)
	run("due")
	w.Apply()
	s.Put("nl-01/app/production/api-token", "y")
	run("put")
	w.Apply()
	s.Put("nl-01/app/production/signing-key", "y")
	s.Destroy("nl-01/app/production/signing-key", 3)
	run("put, ours destroyed")
	w.Apply()
	s.Delete("nl-01/app/production/api-token")
	run("deleted")
	w.Apply()
	_ = acctest.Token
}
