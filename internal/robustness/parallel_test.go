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

// TestParallelCallers lets 64 callers put, destroy and read the versions of the same
// few secrets at the same time, through the real client, without faults and with lost
// answers. Every put whose answer is lost has happened, because a lost put cannot be
// distinguished from one of another caller at the same time. One order of events must
// explain all replies.
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
			c := newParallelCallers(t, faults)
			var waiting sync.WaitGroup
			for number := range callers {
				waiting.Go(func() { c.call(t.Context(), number) })
			}
			waiting.Wait()
			for n := range secrets {
				c.record(callers, Call{Secret: secretName(n), Kind: Read}, func() Reply { return c.read(t.Context(), secretName(n)) })
			}
			result, _ := porcupine.CheckOperationsVerbose(VersionModel(), c.history, time.Minute)
			t.Logf("seed %d: %d calls, %d of unknown outcome: %s", c.seed, len(c.history), c.unknown.Load(), result)
			if result != porcupine.Ok {
				t.Errorf("no order of events explains the replies to the callers")
			}
		})
	}
}

// parallelCallers are the callers of one server.
type parallelCallers struct {
	seed    uint64
	client  *client.Client
	began   time.Time
	unknown atomic.Int64

	mu      sync.Mutex
	history []porcupine.Operation
	failed  func(format string, args ...any)
}

func newParallelCallers(t *testing.T, faults []refserver.Fault) *parallelCallers {
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
	return &parallelCallers{seed: server.Seed(), client: c, began: time.Now(), failed: t.Errorf}
}

// call makes the calls of one caller.
func (c *parallelCallers) call(ctx context.Context, number int) {
	random := rand.New(rand.NewPCG(c.seed, uint64(number))) //nolint:gosec // A run has to replay.
	for range 10 {
		call := Call{Secret: secretName(random.IntN(secrets)), Kind: []Kind{Put, Destroy, Read, Read}[random.IntN(4)]}
		switch call.Kind {
		case Put:
			c.record(number, call, func() Reply { return c.put(ctx, call.Secret) })
		case Destroy:
			call.Version = 1 + random.Int64N(30)
			c.record(number, call, func() Reply { return c.destroy(ctx, call) })
		case Read:
			c.record(number, call, func() Reply { return c.read(ctx, call.Secret) })
		}
	}
}

// record keeps a call with its times. A call with an unknown outcome has no end.
func (c *parallelCallers) record(number int, call Call, do func() Reply) {
	start := time.Since(c.began).Nanoseconds()
	reply := do()
	end := time.Since(c.began).Nanoseconds()
	if reply.Unknown {
		c.unknown.Add(1)
		end = math.MaxInt64
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history = append(c.history, porcupine.Operation{ClientId: number, Input: call, Output: reply, Call: start, Return: end})
}

func (c *parallelCallers) put(ctx context.Context, secret string) Reply {
	written, err := c.client.PutValue(ctx, idOf(secret), client.GeneratedValue(16), client.Unguarded)
	var unknown *client.UnknownOutcomeError
	switch {
	case errors.As(err, &unknown):
		return Reply{Unknown: true}
	case err != nil:
		c.failed("put into %s: %v", secret, err)
	}
	return Reply{Version: written.Version}
}

func (c *parallelCallers) destroy(ctx context.Context, call Call) Reply {
	err := c.client.DestroyVersion(ctx, idOf(call.Secret), call.Version, client.Unguarded)
	if err != nil && !client.IsNotFound(err) {
		c.failed("destroy version %d of %s: %v", call.Version, call.Secret, err)
	}
	return Reply{Missing: err != nil}
}

// read returns a history in the letters of the model.
func (c *parallelCallers) read(ctx context.Context, secret string) Reply {
	found, err := c.client.GetSecret(ctx, idOf(secret))
	if err != nil {
		c.failed("read %s: %v", secret, err)
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
