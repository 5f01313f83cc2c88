package provider_test

import (
	"fmt"
	"os"
	"runtime/debug"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// TestMain makes "go test" find what "make test" sets: the test framework would
// else look for the provider under another namespace than configurations name.
func TestMain(m *testing.M) {
	if os.Getenv("TF_ACC_PROVIDER_NAMESPACE") == "" {
		if err := os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "thalassasecrets"); err != nil {
			panic(err)
		}
	}
	// What tuneMemory does for one provider, for all providers and servers of the tests.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	code := m.Run()
	fmt.Printf("%d requests about resources, %d answered by the fast path, %d of them otherwise than by the framework\n",
		acctest.Answers.All.Load(), acctest.Answers.Fast.Load(), acctest.Answers.Differing.Load())
	os.Exit(code)
}
