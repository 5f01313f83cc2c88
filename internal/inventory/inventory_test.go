package inventory_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/inventory"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// service answers each path with a status and a body, and counts how often it was
// asked.
type service struct {
	t  *testing.T
	mu sync.Mutex
	// What is answered, and how often it was asked for.
	answers map[string]answer
	asked   map[string]int
	// hold, where it is set, is called before each answer.
	hold func(r *http.Request)
}

type answer struct {
	status int
	body   string
}

const (
	keyPath     = "/v1/kms/nl-01/keys/kms-1"
	summaryPath = "/v1/kms/summary"
	secretPath  = "/v1/secrets/nl-01/secret/app/db" //nolint:gosec // It only names one.
)

// newInventory makes an inventory of a service of its own.
func newInventory(t *testing.T, answers map[string]answer) (*inventory.Inventory, *service) {
	t.Helper()
	s := &service{t: t, answers: answers, asked: map[string]int{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := client.New(client.Config{
		Endpoint: server.URL, Organisation: "o-1", Credentials: client.Token("t"),
		Retry: client.Retry{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	return inventory.New(c, inventory.Auto), s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.URL.Path]++
	said, known := s.answers[r.URL.Path]
	hold := s.hold
	s.mu.Unlock()
	if !known {
		s.t.Errorf("nobody expected %s %s", r.Method, r.URL)
	}
	if hold != nil {
		hold(r)
	}
	w.WriteHeader(said.status)
	_, _ = w.Write([]byte(said.body))
}

// set changes what is answered.
func (s *service) set(path string, said answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[path] = said
}

// holds sets what happens before each answer.
func (s *service) holds(f func(r *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = f
}

func (s *service) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

func key(status string) answer {
	return answer{http.StatusOK, `{"identity":"kms-1","keyType":"aes256-gcm96","status":"` + status + `"}`}
}

// An answer is an answer, a refusal too: a run sees one and the same state of a
// key, however it changes meanwhile.
func TestKeyIsAskedOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		said  answer
		check func(client.KMSKeyRef, error) bool
	}{
		"active": {key("active"), func(k client.KMSKeyRef, err error) bool {
			return err == nil && k.Status == client.KeyActive && k.IsSymmetric()
		}},
		"disabled":  {key("disabled"), func(k client.KMSKeyRef, err error) bool { return err == nil && k.Status == client.KeyDisabled }},
		"not found": {answer{http.StatusNotFound, `{"message":"no such key"}`}, func(_ client.KMSKeyRef, err error) bool { return client.IsNotFound(err) }},
		"forbidden": {answer{http.StatusForbidden, `{"message":"no"}`}, func(_ client.KMSKeyRef, err error) bool { return client.IsForbidden(err) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, s := newInventory(t, map[string]answer{keyPath: tc.said})
			for range 3 {
				if k, err := i.Key(t.Context(), "nl-01", "kms-1"); !tc.check(k, err) {
					t.Errorf("the key is %+v, %v", k, err)
				}
				s.set(keyPath, key("pending_deletion"))
			}
			if got := s.times(keyPath); got != 1 {
				t.Errorf("asked %d times, want once", got)
			}
		})
	}
}

// Keys are told apart by both names: an identity belongs to one region.
func TestKeysAreToldApart(t *testing.T) {
	t.Parallel()
	i, _ := newInventory(t, map[string]answer{
		keyPath:                    key("active"),
		"/v1/kms/nl-02/keys/kms-1": key("disabled"),
		"/v1/kms/nl-01/keys/kms-2": key("pending_deletion"),
	})
	for id, want := range map[[2]string]client.KeyStatus{
		{"nl-01", "kms-1"}: client.KeyActive,
		{"nl-02", "kms-1"}: client.KeyDisabled,
		{"nl-01", "kms-2"}: client.KeyPendingDeletion,
	} {
		if got, err := i.Key(t.Context(), id[0], id[1]); err != nil || got.Status != want {
			t.Errorf("%v is %q, %v; want %q", id, got.Status, err, want)
		}
	}
}

// Thirty-two resources that ask at the same moment cost one request, and all get
// its answer.
func TestKeyUnderParallelCallers(t *testing.T) {
	t.Parallel()
	const callers = 32
	i, s := newInventory(t, map[string]answer{keyPath: key("disabled"), summaryPath: {http.StatusOK, `{"regions":[{"slug":"nl-01","kmsAvailable":true,"disabledKeys":1}]}`}})
	var ready, done sync.WaitGroup
	ready.Add(callers)
	start := make(chan struct{})
	for range callers {
		done.Go(func() {
			ready.Done()
			<-start
			if k, err := i.Key(t.Context(), "nl-01", "kms-1"); err != nil || k.Status != client.KeyDisabled {
				t.Errorf("the key is %+v, %v", k, err)
			}
			if i.KeysAllActive(t.Context(), "nl-01") {
				t.Error("a region with a disabled key counts as in order")
			}
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	for _, path := range []string{keyPath, summaryPath} {
		if got := s.times(path); got != 1 {
			t.Errorf("%s was asked for %d times, want once", path, got)
		}
	}
}

// Whoever gives up while asking fails alone: the one who waited behind asks again
// and gets the answer, and so does everybody after.
func TestCancelledCallerAnswersForNobody(t *testing.T) {
	t.Parallel()
	i, s := newInventory(t, map[string]answer{keyPath: key("active")})
	asking := make(chan struct{}, 1)
	s.holds(func(r *http.Request) {
		asking <- struct{}{}
		<-r.Context().Done()
	})
	impatient, giveUp := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := i.Key(impatient, "nl-01", "kms-1")
		failed <- err
	}()
	<-asking
	waited := make(chan error)
	go func() {
		_, err := i.Key(t.Context(), "nl-01", "kms-1")
		waited <- err
	}()
	s.holds(nil)
	giveUp()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	if err := <-waited; err != nil {
		t.Errorf("who waited got %v", err)
	}
	if k, err := i.Key(t.Context(), "nl-01", "kms-1"); err != nil || k.Status != client.KeyActive {
		t.Errorf("who came later got %+v, %v", k, err)
	}
	if got := s.times(keyPath); got != 2 {
		t.Errorf("asked %d times, want once for who gave up and once for all others", got)
	}
}

// The regions are asked for once as well; a summary that does not come stands in
// nobody's way.
func TestRegions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		said            answer
		regions         int
		nl01OK, nl02OK  bool
		asked           int
		elsewhereIsFine bool
	}{
		"all well":  {answer{http.StatusOK, `{"regions":[{"slug":"nl-01","kmsAvailable":true},{"slug":"nl-02","kmsAvailable":true}]}`}, 2, true, true, 1, true},
		"disabled":  {answer{http.StatusOK, `{"regions":[{"slug":"nl-01","disabledKeys":1},{"slug":"nl-02"}]}`}, 2, false, true, 1, true},
		"pending":   {answer{http.StatusOK, `{"regions":[{"slug":"nl-01"},{"slug":"nl-02","pendingDeletionKeys":2}]}`}, 2, true, false, 1, true},
		"forbidden": {answer{http.StatusForbidden, ``}, 0, true, true, 1, true},
		"broken":    {answer{http.StatusInternalServerError, ``}, 0, true, true, 2, true}, // The client tried twice, the inventory once.
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, s := newInventory(t, map[string]answer{summaryPath: tc.said})
			for range 3 {
				if got := len(i.Regions(t.Context())); got != tc.regions {
					t.Errorf("%d regions, want %d", got, tc.regions)
				}
				for region, want := range map[string]bool{"nl-01": tc.nl01OK, "nl-02": tc.nl02OK, "de-01": tc.elsewhereIsFine} {
					if got := i.KeysAllActive(t.Context(), region); got != want {
						t.Errorf("the keys of %s are all active: %v, want %v", region, got, want)
					}
				}
			}
			if got := s.times(summaryPath); got != tc.asked {
				t.Errorf("asked %d times, want %d", got, tc.asked)
			}
		})
	}
}

// The key of a secret is known once the secret was read, as it was read last; a
// read that failed tells nothing. Secrets themselves are read each time.
func TestKeyOf(t *testing.T) {
	t.Parallel()
	withKey := func(status string) answer {
		return answer{http.StatusOK, `{"path":"/app/db","kmsKey":{"identity":"kms-1","status":"` + status + `"}}`}
	}
	i, s := newInventory(t, map[string]answer{secretPath: {http.StatusNotFound, `{"message":"no such secret"}`}})
	id, err := secretpath.ParseSecretID("nl-01/app/db")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		said  answer
		known bool
		want  client.KeyStatus
	}{
		{answer{http.StatusNotFound, `{"message":"no such secret"}`}, false, ""},
		{withKey("active"), true, client.KeyActive},
		{withKey("disabled"), true, client.KeyDisabled},
		{answer{http.StatusForbidden, `{"message":"no"}`}, true, client.KeyDisabled},
	} {
		s.set(secretPath, step.said)
		if _, err := i.Secret(t.Context(), id); (err == nil) != (step.said.status == http.StatusOK) {
			t.Errorf("the service said %d, and the inventory %v", step.said.status, err)
		}
		if k, known := i.KeyOf(t.Context(), id); known != step.known || k.Status != step.want {
			t.Errorf("after %s the key is %+v, known: %v", strings.TrimSpace(step.said.body), k, known)
		}
	}
	if got := s.times(secretPath); got != 4 {
		t.Errorf("the secret was read %d times, want each time", got)
	}
}
