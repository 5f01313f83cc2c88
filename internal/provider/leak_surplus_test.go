package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// Data of an answer beyond its length may be a part of a value. The HTTP library writes
// it to the standard logger, whose output would get into Terraform's log.
func TestSurplusOfAnAnswerIsNotLogged(t *testing.T) {
	t.Parallel()
	const surplus = "sentinel-surplus-Yp3kW8"
	s := acctest.NewServer(t)
	run := newLeakRun(t, s)
	run.Write("main.tf", emptyContainer)
	run.run(0, "apply", "-auto-approve", "-no-color")
	answered := make(chan error, 10)
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/secret/app/db") {
			return false
		}
		answer := httptest.NewRecorder()
		s.Server.ServeHTTP(answer, r)
		hijacker, ok := w.(http.Hijacker)
		if !ok {
			answered <- fmt.Errorf("%T cannot be hijacked", w)
			return false
		}
		connection, _, err := hijacker.Hijack()
		if err == nil {
			_, err = fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s%s", answer.Body.Len(), answer.Body, surplus)
			_ = connection.Close()
		}
		answered <- err
		return true
	})
	run.run(0, "plan", "-no-color")
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	log := string(run.Read("trace.log"))
	if !strings.Contains(log, "getSecret") {
		t.Error("the log does not tell of the request")
	}
	if strings.Contains(log, surplus) {
		t.Error("the log holds what the answer had too much")
	}
}
