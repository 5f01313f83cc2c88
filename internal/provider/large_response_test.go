package provider_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// repeated is a body of some length that is not kept in memory: a head, something again
// and again, numbered where it has a "#", and a tail.
type repeated struct {
	head, unit, tail string
	left, number     int
	now              []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.now) == 0 {
		r.next()
	}
	if len(r.now) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.now)
	r.now = r.now[n:]
	r.left -= n
	return n, nil
}

// next makes what is read next.
func (r *repeated) next() {
	switch {
	case r.head != "":
		r.now, r.head = append(r.now, r.head...), ""
	case r.left > 0:
		parts := strings.Split(r.unit, "#")
		for range max(1, 32<<10/len(r.unit)) {
			r.number++
			for i, part := range parts {
				if i > 0 {
					r.now = strconv.AppendInt(r.now, int64(r.number), 36)
				}
				r.now = append(r.now, part...)
			}
		}
	case r.tail != "":
		r.now = append(r.now, strings.ReplaceAll(strings.TrimSuffix(r.unit, ","), "#", "-")+r.tail...)
		r.tail = ""
	}
}

// heaviest are the answers of 16 MiB that take the most memory, each by the operation
// that reads it, and what the error says of it. One without is read.
func heaviest() map[string]struct{ operation, head, unit, tail, says string } {
	return map[string]struct{ operation, head, unit, tail, says string }{
		"conditions":             {"getSecret", `{"path":"/app/db","accessPolicy":{"conditions":[`, `{},`, `]}}`, "larger than 1000 conditions"},
		"conditions of a write":  {"updateAccessPolicy", `{"path":"/app/db","accessPolicy":{"conditions":[`, `{},`, `]}}`, "larger than 1000 conditions"},
		"networks":               {"getSecret", `{"path":"/app/db","accessPolicy":{"conditions":[{"cidrs":[`, `"",`, `]}]}}`, "larger than 2000 networks"},
		"networks, spread":       {"getSecret", `{"path":"/app/db","accessPolicy":{"conditions":[`, `{"cidrs":[` + strings.Repeat(`"",`, 1999) + `""]},`, `]}}`, "larger than"},
		"labels":                 {"getSecret", `{"path":"/app/db","labels":{`, `"#":"",`, `}}`, "larger than 10000 labels"},
		"annotations":            {"createSecret", `{"path":"/app/db","annotations":{`, `"#":"",`, `}}`, "larger than 10000 labels"},
		"labels again":           {"getSecret", `{"path":"/app/db",`, `"labels":{"#":""},`, `,"x":0}`, ""},
		"pairs":                  {"getSecretValue", `{"version":2,"secretKeyValues":{`, `"#":"",`, `}}`, "larger than 50000 key/value pairs"},
		"versions":               {"getSecret", `{"path":"/app/db","versions":[`, `{"version":7},`, `]}`, "larger than 100000 versions"},
		"no versions":            {"getSecret", `{"path":"/app/db","versions":[`, `{},`, `]}`, "larger than 100000 versions"},
		"regions":                {"getKMSSummary", `{"regions":[`, `{"slug":"#"},`, `]}`, "larger than 10000 regions"},
		"no regions":             {"getKMSSummary", `{"regions":[`, `{},`, `]}`, "larger than 10000 regions"},
		"secrets":                {"listSecrets", `[`, `{"path":"/#"},`, `]`, "larger than 100000 secrets"},
		"no secrets":             {"listSecrets", `[`, `{},`, `]`, "larger than 100000 secrets"},
		"secrets with labels":    {"listSecrets", `[`, `{"path":"/#","labels":{"#":"","a#":"","b#":"","c#":"","d#":"","e#":"","f#":"","g#":"","h#":""}},`, `]`, "larger than 500000 labels"},
		"secrets with a policy":  {"listSecrets", `[`, `{"path":"/#","accessPolicy":{"conditions":[{},{},{},{},{},{},{},{},{},{},{},{}]}},`, `]`, "larger than 500000 labels"},
		"secrets with versions":  {"listSecrets", `[`, `{"path":"/#","versions":[{"version":1},{"version":2},{"version":3},{"version":4}]},`, `]`, "larger than 100000 secrets"},
		"one secret of a list":   {"listSecrets", `[{"path":"/app/db","labels":{`, `"#":"",`, `}}]`, "larger than 10000 labels"},
		"secrets of a level":     {"browseSecrets", `{"secrets":[`, `{"path":"/#"},`, `]}`, "larger than 100000 secrets"},
		"directories of a level": {"browseSecrets", `{"prefixes":[`, `"/#/",`, `]}`, "larger than 1000000 directories"},
		"what nobody asks for":   {"browseSecrets", `{"path":"/","x":[`, `{},`, `]}`, ""},
		"unknown fields":         {"getSecret", `{"path":"/app/db",`, `"x#":0,`, `,"x":0}`, ""},
		"a long text":            {"getSecret", `{"path":"/app/db","description":"`, `x`, `"}`, ""},
		"escapes":                {"getSecret", `{"path":"/app/db","description":"`, `\u0000`, `"}`, ""},
		"nested lists":           {"getSecret", ``, `[`, ``, "JSON that the API documents"},
		"walked labels":          {"walk", `[{"path":"/app/db","labels":{`, `"#":"",`, `}}]`, "the answer is larger than 10000 labels"},
	}
}

// heavy is the name of the answer that a separate process reads.
const heavy = "CLIENT_TEST_HEAVY_ANSWER"

// heavyReads are the operations that read an answer.
func heavyReads(t *testing.T) map[string]func(*client.Client) error {
	t.Helper()
	ctx := t.Context()
	id, err := secretpath.ParseSecretID(dbID)
	if err != nil {
		t.Fatal(err)
	}
	root, err := secretpath.ParsePrefix("/")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func(*client.Client) error{
		"getSecret":      func(c *client.Client) error { _, err := c.GetSecret(ctx, id); return err },
		"getSecretValue": func(c *client.Client) error { _, err := c.RevealValue(ctx, id, 0); return err },
		"createSecret": func(c *client.Client) error {
			_, err := c.CreateSecret(ctx, client.NewSecret{ID: id, Value: client.GeneratedValue(8)})
			return err
		},
		"updateAccessPolicy": func(c *client.Client) error {
			_, err := c.UpdateAccessPolicy(ctx, id, nil, client.Unguarded)
			return err
		},
		"getKMSSummary": func(c *client.Client) error { _, err := c.KMSRegions(ctx); return err },
		"listSecrets":   func(c *client.Client) error { _, err := c.ListSecrets(ctx, "nl-01", root); return err },
		"browseSecrets": func(c *client.Client) error { _, err := c.BrowseSecrets(ctx, "nl-01", root); return err },
		"walk": func(c *client.Client) error {
			return c.WalkSecrets(ctx, "nl-01", root, client.Budget{Secrets: 1 << 30, Bytes: 1 << 30}, func(client.Secret) {})
		},
	}
}

// TestHeavyAnswer is what such a process does.
func TestHeavyAnswer(t *testing.T) {
	name := os.Getenv(heavy)
	if name == "" {
		t.Skip("only runs in a process of its own, which TestHeaviestAnswers starts")
	}
	answer := heaviest()[name]
	var body io.Reader = &repeated{head: answer.head, unit: answer.unit, tail: answer.tail, left: 16<<20 - 64<<10}
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, body)
		body = strings.NewReader("{}") // To a second read.
	}))
	defer gateway.Close()
	c, err := client.New(client.Config{
		Endpoint: gateway.URL, Organisation: "acme", Credentials: client.Token("t"), Retry: client.Retry{MaxAttempts: 1},
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	err = heavyReads(t)[answer.operation](c)
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	if answer.says == "" && err != nil || answer.says != "" && (err == nil || !strings.Contains(err.Error(), answer.says)) {
		t.Errorf("got %v, want %q", err, answer.says)
	}
	// It is the most that the heap has ever had.
	t.Logf("%d MiB of memory", after.HeapSys>>20)
	if most := uint64(300 << 20); after.HeapSys > most {
		t.Errorf("it takes %d MiB, and may take %d MiB", after.HeapSys>>20, most>>20)
	}
}

// An answer of 16 MiB of any content takes less than 300 MiB of memory and five
// seconds. An answer with too many elements is an error that says so.
func TestHeaviestAnswers(t *testing.T) {
	t.Parallel()
	const most = 5 * time.Second
	for name := range heaviest() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHeavyAnswer$", "-test.count=1", "-test.v") //nolint:gosec // This very test.
			// As tuneMemory has it.
			child.Env = append(os.Environ(), heavy+"="+name, "GOGC=300", "GOMEMLIMIT=96MiB")
			said, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			took := child.ProcessState.UserTime() + child.ProcessState.SystemTime()
			memory := regexp.MustCompile(`\d+ MiB of memory`).Find(said)
			if t.Logf("%s, %s", memory, took); took > most || memory == nil {
				t.Errorf("it takes %s, and may take %s:\n%s", took, most, said)
			}
		})
	}
}
