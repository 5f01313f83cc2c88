package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// endless is a body that goes on for as long as it is read, and counts how far that
// was.
type endless struct {
	head, tail string
	read       int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	for n < len(p) {
		n += copy(p[n:], e.tail)
	}
	e.read += int64(n)
	return n, nil
}

// decoders are all that reads what the service answers, by operation, with the most
// that it reads of one answer.
func decoders(t *testing.T) map[string]struct {
	call  func(*client.Client) error
	limit int64
} {
	t.Helper()
	id := mustID(t, "nl-01/app/db")
	const metadata = 16 << 20
	type decoder = struct {
		call  func(*client.Client) error
		limit int64
	}
	ctx := t.Context()
	return map[string]decoder{
		"getSecret":      {func(c *client.Client) error { _, err := c.GetSecret(ctx, id); return err }, metadata},
		"getSecretValue": {func(c *client.Client) error { _, err := c.RevealValue(ctx, id, 0); return err }, metadata},
		"putSecretValue": {func(c *client.Client) error {
			_, err := c.PutValue(ctx, id, client.GeneratedValue(8), client.JustSeen(id, 3))
			return err
		}, metadata},
		"createSecret": {func(c *client.Client) error {
			_, err := c.CreateSecret(ctx, client.NewSecret{ID: id, Value: client.GeneratedValue(8)})
			return err
		}, metadata},
		"updateAccessPolicy": {func(c *client.Client) error {
			_, err := c.UpdateAccessPolicy(ctx, id, nil, client.JustSeen(id, 3))
			return err
		}, metadata},
		"getKMSSummary": {func(c *client.Client) error { _, err := c.KMSRegions(ctx); return err }, metadata},
		"getKMSKey":     {func(c *client.Client) error { _, err := c.GetKMSKey(ctx, "nl-01", "kms-1"); return err }, metadata},
		"listSecrets":   {func(c *client.Client) error { _, err := c.ListSecrets(ctx, "nl-01", mustPrefix(t, "/")); return err }, 512 << 20},
		"browseSecrets": {func(c *client.Client) error { _, err := c.BrowseSecrets(ctx, "nl-01", mustPrefix(t, "/")); return err }, 512 << 20},
	}
}

// first makes the first answer of a configuration's service a body, and all others
// such as say that there is nothing.
func first(status int, body io.Reader) func(*client.Config) {
	return func(c *client.Config) {
		c.Transport = transport(func(r *http.Request) (*http.Response, error) {
			if body == nil {
				return response(r, http.StatusNotFound, strings.NewReader(`{"message":"no such secret"}`)), nil
			}
			answered := response(r, status, body)
			body = nil
			return answered, nil
		})
	}
}

// maxDrained is the most that is read of an answer whose limit has been reached, in the
// hope that its connection can be used again.
const maxDrained = 8 << 10

// The client reads an endless answer up to its limit only. The limit of lists would
// take seconds, so it is tested with the decoder itself.
func TestReadingStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	for name, d := range decoders(t) {
		if d.limit > 16<<20 {
			continue
		}
		body := &endless{head: `{"path":"`, tail: strings.Repeat("x", 4096)}
		if err := d.call(newClient(t, once, first(http.StatusOK, body))); err == nil || !strings.Contains(err.Error(), "is larger than 16777216 bytes") {
			t.Errorf("%s: %v", name, err)
		}
		if body.read <= d.limit || body.read > d.limit+maxDrained {
			t.Errorf("%s: %d bytes were read, want hardly more than %d", name, body.read, d.limit)
		}
	}
	for name, d := range decoders(t) {
		for _, status := range []int{400, 500} {
			body := &endless{head: `{"message":"`, tail: "x"}
			err := d.call(newClient(t, once, first(status, body)))
			var said *client.Error
			if !errors.As(err, &said) || said.Status != status || said.Message != "" {
				t.Errorf("%s: %v", name, err)
			}
			if body.read < 64<<10 || body.read > 64<<10+maxDrained {
				t.Errorf("%s: %d bytes of a refusal were read, want hardly more than 64 KiB", name, body.read)
			}
		}
	}
	for _, status := range []int{200, 400} {
		body := &endless{head: `{"access_token":"`, tail: "x"}
		asks := func(c *client.Config) { c.Credentials = client.ClientCredentials("ci", sentinel) }
		if _, err := newClient(t, once, asks, first(status, body)).KMSRegions(t.Context()); err == nil {
			t.Error("an endless token was taken")
		}
		if body.read > 1<<20+maxDrained {
			t.Errorf("%d bytes of a token were read, want hardly more than 1 MiB", body.read)
		}
	}
}

// bombs are answers that are small, and large once they are decoded.
func bombs(size int) map[string]string {
	filled := func(head, unit, tail string) string {
		return head + strings.TrimSuffix(strings.Repeat(unit, (size-len(head)-len(tail))/len(unit)), ",") + tail
	}
	keys := func(head, tail string) string {
		var out strings.Builder
		out.WriteString(head)
		for i := 0; out.Len() < size; i++ {
			fmt.Fprintf(&out, `"%d":"",`, i)
		}
		return strings.TrimSuffix(out.String(), ",") + tail
	}
	return map[string]string{
		"nested lists":         strings.Repeat("[", size),
		"nested objects":       strings.Repeat(`{"a":`, size/5),
		"nested in a field":    `{"labels":` + strings.Repeat(`{"a":`, size/5),
		"a huge number":        `{"version":` + strings.Repeat("9", size) + `}`,
		"a huge exponent":      `{"version":1e` + strings.Repeat("9", size) + `}`,
		"a long string":        `{"path":"` + strings.Repeat("x", size) + `"}`,
		"escapes":              `{"path":"` + strings.Repeat(`\u0000`, size/6) + `"}`,
		"many keys":            keys(`{`, `}`),
		"many labels":          keys(`{"path":"/app/db","labels":{`, `}}`),
		"many pairs":           keys(`{"version":2,"secretKeyValues":{`, `}}`),
		"a key again":          filled(`{`, `"labels":{"a":"b"},`, `}`),
		"versions":             filled(`{"path":"/app/db","versions":[`, `{},`, `]}`),
		"versions, numbers":    filled(`{"path":"/app/db","versions":[`, `0,`, `]}`),
		"versions, null":       filled(`{"path":"/app/db","versions":[`, `null,`, `]}`),
		"conditions":           filled(`{"path":"/app/db","accessPolicy":{"conditions":[`, `{},`, `]}}`),
		"networks":             filled(`{"path":"/app/db","accessPolicy":{"conditions":[{"cidrs":[`, `"",`, `]}]}}`),
		"secrets of a list":    filled(`[`, `{},`, `]`),
		"numbers of a list":    filled(`[`, `0,`, `]`),
		"secrets of a level":   filled(`{"secrets":[`, `{},`, `]}`),
		"prefixes of a level":  filled(`{"prefixes":[`, `"",`, `]}`),
		"regions":              filled(`{"regions":[`, `{},`, `]}`),
		"what nobody asks for": filled(`{"x":[`, `{},`, `]}`),
	}
}

// maxAllocationPerByte is the most that decoding may allocate for each byte of an
// answer, all in all, most of it garbage at once. Lists of nothing, "[{},{},…", are the
// worst.
const maxAllocationPerByte = 200

// The memory of an answer is limited by its length. This test is not parallel, so that
// no other allocates in the meantime.
func TestAnswersDoNotSwell(t *testing.T) {
	const size = 32 << 10
	for bomb, body := range bombs(size) {
		for name, d := range decoders(t) {
			c := newClient(t, once, first(http.StatusOK, strings.NewReader(body)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := d.call(c)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > maxAllocationPerByte*uint64(len(body)) {
				t.Errorf("%s: %s takes %d bytes for each byte: %v", name, bomb, took/uint64(len(body)), err)
			}
		}
	}
}
