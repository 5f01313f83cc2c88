package inventory_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// soon is far less than any limit of time that the inventory has itself.
const soon = 5 * time.Second

// holdUp makes requests that match wait until release is called, and tells when the
// first has come.
func (w *world) holdUp(matches func(r *http.Request) bool) (came <-chan struct{}, release func()) {
	first, open := make(chan struct{}), make(chan struct{})
	var once, opened sync.Once
	w.s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if matches(r) {
			once.Do(func() { close(first) })
			select {
			case <-open:
			case <-r.Context().Done():
			}
		}
		return false
	})
	release = func() { opened.Do(func() { close(open) }) }
	w.t.Cleanup(release)
	return first, release
}

func isList(r *http.Request) bool { return r.URL.Query().Has("pathPrefix") }

func isSingle(r *http.Request) bool { return r.URL.Query().Has("includeVersions") }

func within(t *testing.T, what string, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(soon):
		t.Fatalf("%s is still waiting", what)
		return nil
	}
}

// Sixty-four resources that ask for one secret at the same moment cost one request.
func TestManyAskForOneSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, "/app/%d")
	came, release := w.holdUp(isSingle)
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() {
			if secret, _, err := w.refresh(t.Context(), w.ids[0]); err != nil || secret.ID != w.ids[0] {
				t.Errorf("it is %+v, %v", secret, err)
			}
		})
	}
	<-came
	release()
	callers.Wait()
	w.cost(map[string]int{"getSecret": 1})
}

// Whoever waits for another's read leaves when its own time is over, and whoever
// reads for others and gives up does not fail them.
func TestCancelledReadsFailAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, "/app/%d")
	came, release := w.holdUp(isSingle)
	ask := func(ctx context.Context) <-chan error {
		done := make(chan error, 1)
		go func() {
			_, _, err := w.refresh(ctx, w.ids[0])
			done <- err
		}()
		return done
	}
	leader, giveUp := context.WithCancel(t.Context())
	leads := ask(leader)
	<-came
	follower, leave := context.WithCancel(t.Context())
	leaves, stays := ask(follower), ask(t.Context())
	leave()
	if err := within(t, "the follower that left", leaves); !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	giveUp()
	if err := within(t, "the leader that gave up", leads); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	release()
	if err := within(t, "the follower that stayed", stays); err != nil {
		t.Errorf("who stayed got %v", err)
	}
}

// A failure is the failure of whoever met it.
func TestFailuresAreNotShared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, "/app/%d")
	if err := w.s.SetFaults(refserver.Fault{Operation: "getSecret", Nth: 1, Action: refserver.ActionStatus, Status: 403}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.refresh(t.Context(), w.ids[0]); !client.IsForbidden(err) {
		t.Errorf("the first got %v", err)
	}
	if _, _, err := w.refresh(t.Context(), w.ids[0]); err != nil {
		t.Errorf("the second got %v", err)
	}
}

// A list that does not come holds up nobody who has given up, and leaves the others
// time for a single read. Nobody's cancellation ends it.
func TestWaitingForAList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20, "/app/%d")
	came, release := w.holdUp(isList)
	for _, id := range w.ids[:4] {
		if _, _, err := w.refresh(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(ctx context.Context, n int) <-chan error {
		done := make(chan error, 1)
		go func() {
			_, _, err := w.refresh(ctx, w.ids[n])
			done <- err
		}()
		return done
	}
	first, giveUp := context.WithCancel(t.Context())
	begun := ask(first, 4)
	<-came
	waits := ask(t.Context(), 5)
	giveUp()
	if err := within(t, "the one that began the list", begun); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	hurried, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := within(t, "the one with little time", ask(hurried, 6)); err != nil {
		t.Errorf("who had little time got %v", err)
	}
	release()
	if err := within(t, "the one that waited", waits); err != nil {
		t.Errorf("who waited got %v", err)
	}
	w.cost(map[string]int{"getSecret": 5, "listSecrets": 1})
}

// A waiter for a key leaves when its own time is over.
func TestCancelledWaiterForAKeyLeaves(t *testing.T) {
	t.Parallel()
	i, s := newInventory(t, map[string]answer{keyPath: key("active")})
	asking, answer := make(chan struct{}, 1), make(chan struct{})
	s.holds(func(*http.Request) {
		asking <- struct{}{}
		<-answer
	})
	ask := func(ctx context.Context) <-chan error {
		done := make(chan error, 1)
		go func() {
			_, err := i.Key(ctx, "nl-01", "kms-1")
			done <- err
		}()
		return done
	}
	leads := ask(t.Context())
	<-asking
	impatient, leave := context.WithCancel(t.Context())
	leaves := ask(impatient)
	leave()
	if err := within(t, "the one that left", leaves); !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	close(answer)
	if err := within(t, "the one that asked", leads); err != nil {
		t.Error(err)
	}
}

// Sixty-four callers read, write and give up at random. Nobody is told anything
// that was not so, and everybody who stayed is told something.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 120, "/app/%d")
	for _, id := range w.ids[60:80] { // These have drifted.
		w.s.Put(id.String(), "v")
	}
	w.restart()
	var callers sync.WaitGroup
	for n := range 64 {
		callers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(n), 1)) //nolint:gosec // The test is repeatable.
			for range 60 {
				at := random.IntN(len(w.ids))
				id := w.ids[at]
				switch random.IntN(10) {
				case 0:
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(2000))*time.Microsecond)
					_, _, _ = w.refresh(ctx, id)
					cancel()
				case 1:
					if at >= 100 { // These are written to, without a change.
						w.Writing(id)()
					}
				default:
					secret, unchanged, err := w.refresh(t.Context(), id)
					drifted := at >= 60 && at < 80
					if err != nil || unchanged && drifted || !unchanged && (secret.CurrentVersion == 2) != drifted {
						t.Errorf("%s is %+v, unchanged: %v, %v", id, secret, unchanged, err)
					}
				}
			}
		})
	}
	callers.Wait()
	if lists := w.s.Calls()["listSecrets"]; lists != 1 {
		t.Errorf("listed %d times, want once", lists)
	}
}
