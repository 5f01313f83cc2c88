package robustness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

const (
	callers = 64
	secrets = 8
)

// TestParallelCallers lets 64 callers put, destroy and look at the versions of the
// same few secrets at once, through the real client, on a good day and on one on
// which answers get lost. A put that fails on that day has happened: one that has not
// cannot be told from another caller's of the same moment. What each of them was told must fit into one order of
// events.
func TestParallelCallers(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]refserver.Fault{
		"good day": nil,
		"bad day": {
			{Operation: "putSecretValue", Probability: 0.1, Action: "reset_after_commit"},
			{Operation: "putSecretValue", Probability: 0.05, Action: "truncate"},
			{Operation: "getSecret", Probability: 0.1, Action: "status", Status: 502, Body: "html"},
			{Operation: "putSecretValue", Probability: 0.05, Action: "status_after_commit", Status: 502, Body: "html"},
			{Probability: 0.05, Action: "status", Status: 429, RetryAfter: "0"},
			{Operation: "destroySecretVersion", Probability: 0.1, Action: "reset_after_commit"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newCrowd(t, faults)
			var waiting sync.WaitGroup
			for number := range callers {
				waiting.Go(func() { w.call(t.Context(), number) })
			}
			waiting.Wait()
			for n := range secrets {
				w.record(callers, Call{Secret: secretName(n), Kind: Look}, func() Reply { return w.look(t.Context(), secretName(n)) })
			}
			result, _ := porcupine.CheckOperationsVerbose(VersionModel(), w.history, time.Minute)
			t.Logf("seed %d: %d calls, %d of unknown outcome: %s", w.seed, len(w.history), w.unknown.Load(), result)
			if result != porcupine.Ok {
				t.Errorf("no order of events explains what the callers were told")
			}
		})
	}
}

// crowd is a server and those who call it.
type crowd struct {
	seed    uint64
	client  *client.Client
	began   time.Time
	unknown atomic.Int64

	mu      sync.Mutex
	history []porcupine.Operation
	failed  func(format string, args ...any)
}

func newCrowd(t *testing.T, faults []refserver.Fault) *crowd {
	t.Helper()
	server := refserver.New(refserver.Config{Seed: *first, Principals: []refserver.Principal{{Name: "all", Token: "t"}}})
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	c, err := client.New(client.Config{
		Endpoint: listener.URL, Organisation: "o", Credentials: client.Token("t"),
		Retry: client.Retry{MaxAttempts: 10, MinWait: time.Millisecond, MaxWait: 5 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range secrets {
		_, err := c.CreateSecret(t.Context(), client.NewSecret{ID: idOf(secretName(n)), KMSKey: "kms-nl-01", Value: client.GeneratedValue(16)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := server.SetFaults(faults...); err != nil {
		t.Fatal(err)
	}
	return &crowd{seed: server.Seed(), client: c, began: time.Now(), failed: t.Errorf}
}

// call is one caller's share.
func (w *crowd) call(ctx context.Context, number int) {
	chance := rand.New(rand.NewPCG(w.seed, uint64(number))) //nolint:gosec // A run has to replay.
	for range 10 {
		call := Call{Secret: secretName(chance.IntN(secrets)), Kind: []Kind{Put, Destroy, Look, Look}[chance.IntN(4)]}
		switch call.Kind {
		case Put:
			w.record(number, call, func() Reply { return w.put(ctx, call.Secret) })
		case Destroy:
			call.Version = 1 + chance.Int64N(30)
			w.record(number, call, func() Reply { return w.destroy(ctx, call) })
		case Look:
			w.record(number, call, func() Reply { return w.look(ctx, call.Secret) })
		}
	}
}

// record keeps a call with its times. One of unknown outcome has not ended.
func (w *crowd) record(number int, call Call, do func() Reply) {
	start := time.Since(w.began).Nanoseconds()
	reply := do()
	end := time.Since(w.began).Nanoseconds()
	if reply.Unknown {
		w.unknown.Add(1)
		end = math.MaxInt64
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history = append(w.history, porcupine.Operation{ClientId: number, Input: call, Output: reply, Call: start, Return: end})
}

func (w *crowd) put(ctx context.Context, secret string) Reply {
	written, err := w.client.PutValue(ctx, idOf(secret), client.GeneratedValue(16), client.Unguarded)
	var unknown *client.UnknownOutcomeError
	switch {
	case errors.As(err, &unknown):
		return Reply{Unknown: true}
	case err != nil:
		w.failed("put into %s: %v", secret, err)
	}
	return Reply{Version: written.Version}
}

func (w *crowd) destroy(ctx context.Context, call Call) Reply {
	err := w.client.DestroyVersion(ctx, idOf(call.Secret), call.Version, client.Unguarded)
	if err != nil && !client.IsNotFound(err) {
		w.failed("destroy version %d of %s: %v", call.Version, call.Secret, err)
	}
	return Reply{Missing: err != nil}
}

// look writes a history in the letters of the model.
func (w *crowd) look(ctx context.Context, secret string) Reply {
	found, err := w.client.GetSecret(ctx, idOf(secret))
	if err != nil {
		w.failed("look at %s: %v", secret, err)
	}
	var letters strings.Builder
	for _, v := range slices.Backward(found.Versions) {
		switch {
		case v.Current:
			letters.WriteByte('c')
		case v.Status == client.VersionActive:
			letters.WriteByte('a')
		default:
			letters.WriteByte('d')
		}
	}
	return Reply{History: letters.String()}
}

func secretName(n int) string { return fmt.Sprintf("nl-01/app/%d", n) }

// idOf parses an id that is known to be one.
func idOf(s string) secretpath.SecretID {
	id, err := secretpath.ParseSecretID(s)
	if err != nil {
		panic(err)
	}
	return id
}
