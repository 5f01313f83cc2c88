package provider_test

import (
	"os"
	"testing"
)

// TestMain makes "go test" find what "make test" sets: the test framework would
// else look for the provider under another namespace than configurations name.
func TestMain(m *testing.M) {
	if os.Getenv("TF_ACC_PROVIDER_NAMESPACE") == "" {
		if err := os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "thalassasecrets"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
