package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

// Feature is something that not every CLI can do. Its versions are the first of
// Terraform and of OpenTofu that can; empty means that none can so far.
type Feature struct {
	Name      string
	Terraform string
	OpenTofu  string
}

// What tests ask of a CLI. README.md has the same table for users.
var (
	Basics           = Feature{"the provider itself", "1.8.0", "1.8.0"}
	Functions        = Feature{"functions of a provider", "1.8.0", "1.7.0"}
	MovedAcrossTypes = Feature{"moved blocks between resource types", "1.8.0", "1.10.0"}
	EphemeralValues  = Feature{"ephemeral values", "1.10.0", "1.11.0"}
	WriteOnly        = Feature{"write-only arguments", "1.11.0", "1.11.0"}
	ImportByIdentity = Feature{"import by identity", "1.12.0", "1.12.0"}
	Queries          = Feature{"list resources and queries", "1.14.0", ""}
	Actions          = Feature{"actions", "1.14.0", ""}
)

// CLI is the program that acceptance tests run.
type CLI struct {
	Path    string
	Product string // "Terraform" or "OpenTofu"
	Version *version.Version
}

func (c CLI) String() string { return c.Product + " " + c.Version.String() }

// Has reports that the CLI has a feature, or else why not.
func (c CLI) Has(f Feature) (has bool, reason string) {
	first := f.Terraform
	if c.Product == openTofu {
		first = f.OpenTofu
	}
	if first == "" {
		return false, fmt.Sprintf("needs %s, which %s does not have", f.Name, c.Product)
	}
	// Pre-releases and builds from source count as the release that they lead to.
	if c.Version.Core().LessThan(version.Must(version.NewVersion(first))) {
		return false, fmt.Sprintf("needs %s: %s %s or later, and this is %s", f.Name, c.Product, strings.TrimSuffix(first, ".0"), c.Version)
	}
	return true, ""
}

// Plays reports that a CLI has a feature. The zero value, which is none in particular,
// has all.
func (c CLI) Plays(f Feature) bool {
	if c.Version == nil {
		return true
	}
	has, _ := c.Has(f)
	return has
}

const openTofu = "OpenTofu"

// Needs skips a test where there is no CLI, or one without a feature.
func Needs(t testing.TB, features ...Feature) CLI {
	t.Helper()
	if os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		t.Skip("needs a Terraform CLI: run by make test, or with TF_ACC_TERRAFORM_PATH set")
	}
	cli, err := theCLI()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if has, reason := cli.Has(f); !has {
			t.Skip(reason)
		}
	}
	return cli
}

// theCLI asks the program for its name and version, once for all tests.
var theCLI = sync.OnceValues(func() (CLI, error) {
	c := CLI{Path: os.Getenv("TF_ACC_TERRAFORM_PATH")}
	ask := func(args ...string) ([]byte, error) {
		command := exec.CommandContext(context.Background(), c.Path, args...) //nolint:gosec // The CLI under test is chosen by who runs the tests.
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/", "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=" + os.DevNull}
		return command.Output()
	}
	words, err := ask("version")
	if err != nil {
		return c, fmt.Errorf("%s version: %w", c.Path, err)
	}
	c.Product, _, _ = strings.Cut(string(words), " ")
	// The key has Terraform's name in OpenTofu too.
	var said struct {
		Version string `json:"terraform_version"`
	}
	raw, err := ask("version", "-json")
	if err == nil {
		err = json.Unmarshal(raw, &said)
	}
	if err == nil {
		c.Version, err = version.NewVersion(said.Version)
	}
	if err != nil {
		return c, fmt.Errorf("%s version -json: %w", c.Path, err)
	}
	return c, nil
})
