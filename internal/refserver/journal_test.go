package refserver_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The oldest entries are dropped, and their number is returned.
func TestTheJournalHasABound(t *testing.T) {
	t.Parallel()
	g := newRig(t, refserver.Config{JournalEntries: 3})
	admin := g.admin()
	for i := range 5 {
		g.do("GET", fmt.Sprintf("/v1/secrets/nl-01/secret/app/s%d", i), "", 404)
		if got, want := g.JournalDropped(), max(0, i-2); got != want {
			t.Errorf("after %d requests %d entries are dropped, want %d", i+1, got, want)
		}
	}
	journal := g.Journal()
	if len(journal) != 3 || !strings.HasSuffix(journal[0].Path, "s2") || !strings.HasSuffix(journal[2].Path, "s4") {
		t.Errorf("journal %+v", journal)
	}
	if r := admin.do("GET", "/journal", "", 200); r.header.Get("X-Journal-Dropped") != "2" || strings.Count(r.body, "getSecret") != 3 {
		t.Errorf("%v %s", r.header, r.body)
	}
	g.Reset()
	if r := admin.do("GET", "/journal", "", 200); r.header.Get("X-Journal-Dropped") != "0" || strings.TrimSpace(r.body) != "[]" || g.JournalDropped() != 0 {
		t.Errorf("after the reset: %v %s", r.header, r.body)
	}
	if err := (refserver.Config{JournalEntries: -1}).Validate(); err == nil || !strings.Contains(err.Error(), "journalEntries is negative") {
		t.Errorf("a bound of -1: %v", err)
	}
}

// Entries of the longest kind are dropped before their number says so.
func TestTheJournalHasABoundInBytes(t *testing.T) {
	t.Parallel()
	s := refserver.New(refserver.Config{Seed: 1})
	const requests = 15_000
	long := "/v1/secrets/nl-01/secret/" + strings.Repeat("a", 3_000)
	for range requests {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, long, nil))
	}
	journal := s.Journal()
	bytes := 0
	for _, e := range journal {
		bytes += len(e.Path)
	}
	if len(journal)+s.JournalDropped() != requests || len(journal) < 10_000 || bytes > 16<<20 {
		t.Errorf("%d entries with %d bytes of paths, %d dropped", len(journal), bytes, s.JournalDropped())
	}
	if path := journal[0].Path; len(path) > 1024+len("…") || !strings.HasSuffix(path, "a…") {
		t.Errorf("a path of %d bytes that ends in %q", len(path), path[len(path)-9:])
	}
}

// Text from a path, a query or a header stays within one line of the log, and within
// its field.
func TestNoRequestForgesALogEntry(t *testing.T) {
	t.Parallel()
	const forged = "x\n" + `time=2026-01-01T00:00:00Z level=INFO msg=request operation=getSecret status=200 principal=root`
	escape := func(s string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
		return b.String()
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"as it stands": func(b *bytes.Buffer) slog.Handler {
			// A handler that escapes nothing, as programs around the server may have one.
			return &bareHandler{slog.DiscardHandler, b}
		},
	} {
		var log bytes.Buffer
		g := newRig(t, refserver.Config{Logger: slog.New(handler(&log))})
		requests := 0
		for _, text := range []string{forged, "x\r" + forged, "\x1b[2K\x1b[1A", "\u2028" + forged, "\u202e", "\u0085", "\x00", "\xff\xfe", "\t", "\x7f"} {
			for _, url := range []string{
				"/v1/secrets/nl-01/secret/" + escape(text), "/" + escape(text), "/v1/secrets/" + escape(text) + "/secrets",
				"/v1/secrets/nl-01/secret?path=" + escape(text), "/v1/kms/nl-01/keys/" + escape(text),
			} {
				g.send(as("Token root-token", "acme", ""), "GET", url, "")
				g.send(as("Token "+strings.Map(printableOnly, text), strings.Map(printableOnly, text), ""), "GET", url, "")
				requests += 2
			}
		}
		g.close()
		if got := strings.Count(log.String(), "\n"); got != requests {
			t.Errorf("%s: %d requests wrote %d lines", name, requests, got)
		}
		for line := range strings.Lines(log.String()) {
			line = strings.TrimSuffix(line, "\n")
			if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%s: not printable: %q", name, line)
			}
		}
		for _, e := range g.Journal() {
			if strings.ContainsFunc(e.Path+e.Method+e.Principal, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("journal %+q", e.Path)
			}
		}
	}
}

func printableOnly(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

// bareHandler writes the values of a record in one line, as they stand.
type bareHandler struct {
	slog.Handler
	to *bytes.Buffer
}

func (h *bareHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h *bareHandler) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		h.to.WriteString(a.Value.String() + " ")
		return true
	})
	h.to.WriteString("\n")
	return nil
}
