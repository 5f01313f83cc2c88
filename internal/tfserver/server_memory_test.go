package tfserver_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
)

// What hangs on the context of a request can be collected when it is answered.
func TestServerForgetsRequests(t *testing.T) {
	t.Parallel()
	served := provider.NewServer("test")()
	schemas, err := served.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	collected := make(chan struct{})
	func() {
		type key struct{}
		weight := new([1 << 20]byte)
		runtime.AddCleanup(weight, func(c chan struct{}) { close(c) }, collected)
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, weight))
		defer cancel()
		state := &tfprotov6.RawState{JSON: []byte(`{"path":"/app/db"}`)}
		resp, err := served.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "thalassasecrets_secret", RawState: state})
		if err != nil || len(resp.Diagnostics) > 0 {
			t.Errorf("%v %v", resp, err)
		}
	}()
	for range 10 { // A cleanup runs some time after a collection.
		runtime.GC()
		select {
		case <-collected:
			runtime.KeepAlive(schemas)
			runtime.KeepAlive(served)
			return
		default:
			runtime.Gosched()
		}
	}
	select {
	case <-collected:
	case <-t.Context().Done():
	default:
		t.Error("the context of a request is kept after its answer")
	}
	runtime.KeepAlive(served)
}
