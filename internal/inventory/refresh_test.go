package inventory_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// world is a reference server with secrets, an inventory of it, and what a state
// knows of them.
type world struct {
	*inventory.Inventory
	s     *acctest.Server
	t     *testing.T
	other *client.Client // somebody else's
	ids   []secretpath.SecretID
	known map[secretpath.SecretID]client.Secret
}

// newWorld makes secrets of the form that the path has, with a number in it.
func newWorld(t *testing.T, n int, path string) *world {
	t.Helper()
	w := &world{s: acctest.NewServer(t), t: t, known: map[secretpath.SecretID]client.Secret{}}
	w.other = w.s.Outsider()
	for i := range n {
		w.create(fmt.Sprintf(path, i))
	}
	w.restart()
	return w
}

func (w *world) create(path string) {
	w.t.Helper()
	id := w.s.ID(acctest.Region + path)
	secret, err := w.other.CreateSecret(w.t.Context(), client.NewSecret{
		ID: id, KMSKey: acctest.KMSKey, Value: client.GeneratedValue(32),
		Description: "d", Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.known[id] = secret
	w.ids = append(w.ids, id)
}

// restart begins another run.
func (w *world) restart(changes ...func(*client.Config)) {
	w.t.Helper()
	config := client.Config{
		Endpoint: w.s.URL, Organisation: acctest.Organisation, Credentials: client.Token(acctest.Token),
		Retry: client.Retry{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond},
	}
	for _, change := range changes {
		change(&config)
	}
	c, err := client.New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Inventory = inventory.New(c, inventory.Auto)
	w.s.Mark()
}

// refresh reads a secret as a managed resource does, which knows what it was.
func (w *world) refresh(ctx context.Context, id secretpath.SecretID) (secret client.Secret, unchanged bool, err error) {
	known := w.known[id]
	return w.Refresh(ctx, id, func(e inventory.Entry) bool {
		return e.CurrentVersion == known.CurrentVersion && e.CreatedAt.Equal(known.CreatedAt) && e.Description == known.Description &&
			maps.Equal(e.Labels, known.Labels) && maps.Equal(e.Annotations, known.Annotations) && e.KMSKey == known.KMSKey &&
			reflect.DeepEqual(e.AccessPolicy, known.AccessPolicy)
	})
}

// refreshAll reads every secret, ten at a time, and returns how many were confirmed
// by a list. All have to be there.
func (w *world) refreshAll() (confirmed int) {
	w.t.Helper()
	next := make(chan secretpath.SecretID)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for id := range next {
				secret, unchanged, err := w.refresh(w.t.Context(), id)
				if err != nil || !unchanged && secret.ID != id {
					w.t.Errorf("%s is %+v, %v", id, secret, err)
				}
				mu.Lock()
				if unchanged {
					confirmed++
				}
				mu.Unlock()
			}
		})
	}
	for _, id := range w.ids {
		next <- id
	}
	close(next)
	workers.Wait()
	return confirmed
}

// cost checks how often something was asked for.
func (w *world) cost(want map[string]int) {
	w.t.Helper()
	if got := w.s.Calls(); !maps.Equal(got, want) {
		w.t.Errorf("asked for %v, want %v", got, want)
	}
}

func TestListAnswersForMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 100, "/app/%d")
	if confirmed := w.refreshAll(); confirmed != 96 {
		t.Errorf("%d were confirmed, want 96", confirmed)
	}
	w.cost(map[string]int{"getSecret": 4, "listSecrets": 1})
}

// Ten thousand secrets cost what a hundred cost, but for the lists that have to
// grow: no list is larger than the reads so far are worth.
func TestManyMoreStayFlat(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes ten thousand secrets")
	}
	w := newWorld(t, 10_000, "/app/%d")
	w.refreshAll()
	calls := w.s.Calls()
	t.Logf("10000 secrets cost %v", calls)
	if calls["getSecret"] > 40 || calls["listSecrets"] > 4 {
		t.Errorf("asked for %v, want a handful", calls)
	}
}

// A small state does not pull the organisation that it is part of.
func TestSmallStateInLargeOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3000, "/app/%d")
	for i := range 20 {
		w.create(fmt.Sprintf("/other/%d", i))
	}
	w.ids = w.ids[:7]
	w.s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if prefix := r.URL.Query().Get("pathPrefix"); prefix != "" && prefix != "/app/" {
			t.Errorf("%s was listed", prefix)
		}
		return false
	})
	if confirmed := w.refreshAll(); confirmed != 0 {
		t.Errorf("%d were confirmed by a list that is too large", confirmed)
	}
	w.cost(map[string]int{"getSecret": 7, "listSecrets": 1})
}

// Whatever is not as it was is read singly before it is told.
func TestWhatDiffersIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 40, "/app/%d")
	put, destroyed, deleted, recreated, gated := w.ids[10], w.ids[11], w.ids[12], w.ids[13], w.ids[14]
	w.s.Clock().Advance(time.Hour)
	w.s.Put(put.String(), "v")
	w.s.Destroy(destroyed.String(), 1)
	w.s.Delete(deleted.String())
	w.s.Delete(recreated.String())
	w.s.Create(client.NewSecret{ID: recreated, Value: client.GeneratedValue(32)})
	if _, err := w.other.UpdateAccessPolicy(t.Context(), gated, &client.AccessPolicy{Conditions: []client.Condition{{Type: "ip", Effect: "deny", CIDRs: []string{"192.0.2.0/24"}}}}, client.Unguarded); err != nil {
		t.Fatal(err)
	}
	w.restart()
	for n, id := range w.ids {
		secret, unchanged, err := w.refresh(t.Context(), id)
		drifted := n >= 10 && n <= 14
		switch {
		case id == deleted && !client.IsNotFound(err), id != deleted && err != nil:
			t.Errorf("%s: %v", id, err)
		case unchanged == (drifted || n < 4):
			t.Errorf("%s counts as unchanged: %v", id, unchanged)
		case drifted && id != deleted && !reflect.DeepEqual(secret, w.s.Secret(id.String())):
			t.Errorf("%s is %+v", id, secret)
		}
	}
	w.cost(map[string]int{"getSecret": 4 + 5, "listSecrets": 1})
}

// The single read of a secret serves all its resources until it is written to.
func TestOneReadServesAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 40, "/app/%d")
	id := w.ids[0]
	read := func(want int64) {
		t.Helper()
		secret, unchanged, err := w.refresh(t.Context(), id)
		if err != nil || unchanged || secret.CurrentVersion != want {
			t.Errorf("it is %+v, unchanged: %v, %v", secret, unchanged, err)
		}
	}
	read(1)
	read(1)
	w.cost(map[string]int{"getSecret": 1})
	ended := w.Writing(id)
	read(1)
	w.s.Put(id.String(), "v")
	ended()
	read(2)
	w.cost(map[string]int{"getSecret": 3})

	written := w.ids[39]
	w.Writing(written)()
	w.refreshAll()
	w.s.Mark()
	if _, unchanged, err := w.refresh(t.Context(), written); unchanged || err != nil {
		t.Errorf("a list was believed about what was written here: %v", err)
	}
}

// A key that an entry does not call active is asked for before it is told.
func TestKeyOfConfirmedSecret(t *testing.T) {
	t.Parallel()
	for status, reads := range map[refserver.KeyStatus]int{refserver.KeyActive: 4, refserver.KeyDisabled: 5} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 20, "/app/%d")
			w.s.KeyStatus(status)
			for _, id := range w.ids {
				known := w.known[id]
				known.KMSKey.Status = client.KeyStatus(status)
				w.known[id] = known
				if _, _, err := w.refresh(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			key, known := w.KeyOf(t.Context(), w.ids[19])
			if !known || string(key.Status) != string(status) {
				t.Errorf("the key is %+v, known: %v", key, known)
			}
			w.cost(map[string]int{"getSecret": reads, "listSecrets": 1})
		})
	}
}

func TestIndividualNeverLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20, "/app/%d")
	c, err := client.New(client.Config{Endpoint: w.s.URL, Organisation: acctest.Organisation, Credentials: client.Token(acctest.Token)})
	if err != nil {
		t.Fatal(err)
	}
	w.Inventory = inventory.New(c, inventory.Individual)
	for range 2 {
		if confirmed := w.refreshAll(); confirmed != 0 {
			t.Errorf("%d were confirmed", confirmed)
		}
	}
	w.cost(map[string]int{"getSecret": 20})
}

// Regions are told apart.
func TestEachRegionHasItsLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20, "/app/%d")
	key, err := w.s.AddKey(refserver.Key{Region: "nl-02", Type: "aes256-gcm96"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		id := w.s.ID(fmt.Sprintf("nl-02/app/%d", i))
		w.known[id] = w.s.Create(client.NewSecret{ID: id, KMSKey: key, Value: client.GeneratedValue(16)})
		w.ids = append(w.ids, id)
	}
	w.restart()
	slices.Reverse(w.ids)
	if confirmed := w.refreshAll(); confirmed != 32 {
		t.Errorf("%d were confirmed, want 32", confirmed)
	}
	w.cost(map[string]int{"getSecret": 8, "listSecrets": 2})
}
