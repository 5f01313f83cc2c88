package tfserver

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// Every optional part of the protocol is served.
func TestServerServesEverything(t *testing.T) {
	t.Parallel()
	served := Of(struct{ provider.Provider }{})
	if _, ok := served.(*server); !ok {
		t.Errorf("what is served is a %T, which keeps the context of every request", served)
	}
	if _, ok := served.(protocol); !ok {
		t.Error("lists or actions are not served")
	}
}
