package conformance

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// DefaultPrefix is where a run works unless it is given another directory.
const DefaultPrefix = "/thalassasecrets-conformance/"

// Config says what to check, and as whom.
type Config struct {
	Endpoint              string // client.DefaultEndpoint where empty
	Organisation, Project string
	Region                string
	Prefix                string // a directory; DefaultPrefix where empty
	Credentials           Credentials
	Reader                Credentials // of the role secrets:ReadAccess; may be zero
	KMSKey                string      // encrypts the secrets; empty: the first suitable key of the region
	TestKMSKey            string      // is disabled, scheduled for deletion and restored; empty: none
	RotateTestKMSKey      bool
	OtherProject          string // a second project of the caller; empty: none
	ClosedOrganisation    string // where the feature is off; empty: none
	ReadOnly              bool
	Many                  int // secrets in the row about long lists; 30 where zero

	RootCAs        *x509.CertPool    // the system's where nil
	Transport      http.RoundTripper // a pooled default where nil
	RequestTimeout time.Duration     // of one request; 15 s where zero
	CleanupTimeout time.Duration     // of the removal at the end; 60 s where zero
	Version        string            // of the program

	Text  func() string // random texts; crypto/rand where nil
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// runner is one run.
type runner struct {
	config  Config
	service *service
	id      string // of the run, random
	key     string // that encrypts the secrets; empty: none was found
	keys    []doc  // of the region, nil where they cannot be listed
	regions []doc  // of the KMS summary
	doctor  Doctor
	coarse  bool    // the service's times are whole seconds
	created []place // what the run may have created
	lost    bool    // the answer to a create was lost
	touched bool    // the test key may be in another state than it was
	// keyTrouble says why the test key cannot be used, empty where it can.
	keyTrouble string
}

// place is where a secret is.
type place struct{ region, path string }

// Run checks the service and removes what it created. A Report comes with an error
// where something could be found out before it. The error is of the run as a whole: a
// service that cannot be reached, or credentials that it does not accept.
func Run(ctx context.Context, c Config) (report Report, err error) {
	r, err := newRunner(c)
	if err != nil {
		return Report{}, err
	}
	results := map[string]Result{}
	defer func() {
		left := r.finish(ctx)
		report = r.report(results, left, ctx.Err() != nil)
		if err != nil {
			report.Error = r.shown(err.Error())
		}
	}()
	if err := r.examine(ctx); err != nil {
		return Report{}, err
	}
	for _, s := range scenarios() {
		r.play(ctx, s, results)
	}
	return Report{}, nil
}

func newRunner(c Config) (*runner, error) {
	if c.Endpoint == "" {
		c.Endpoint = client.DefaultEndpoint
	}
	if c.Prefix == "" {
		c.Prefix = DefaultPrefix
	}
	if c.Many == 0 {
		c.Many = 30
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = 15 * time.Second
	}
	if c.CleanupTimeout == 0 {
		c.CleanupTimeout = time.Minute
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	base, err := url.Parse(c.Endpoint)
	if err != nil {
		return nil, errors.New("the endpoint is not a URL")
	}
	scrub := &scrubber{}
	for _, secret := range append(c.Credentials.secrets(), c.Reader.secrets()...) {
		scrub.hide(secret)
	}
	r := &runner{config: c, key: c.KMSKey, service: &service{
		base: base, http: httpClient(c), credentials: c.Credentials, reader: c.Reader, organisation: c.Organisation, project: c.Project,
		version: c.Version, timeout: c.RequestTimeout, now: c.Now, sleep: c.Sleep, scrub: scrub,
	}}
	if r.service.now == nil {
		r.service.now = time.Now
	}
	if r.service.sleep == nil {
		r.service.sleep = sleep
	}
	r.id = r.text()
	return r, nil
}

// check finds mistakes before anything is sent.
func (c Config) check() error {
	if c.Organisation == "" {
		return errors.New("the organisation is missing: set -organisation or THALASSA_ORGANISATION")
	}
	if c.Region == "" {
		return errors.New("the region is missing: set -region or THALASSA_REGION")
	}
	if !c.Credentials.isSet() {
		return errors.New("the credentials are missing")
	}
	if _, err := secretpath.ParseRegion(c.Region); err != nil {
		return fmt.Errorf("the region %w", err)
	}
	switch directory, err := secretpath.ParseDirectory(c.Prefix); {
	case err != nil:
		return fmt.Errorf("the prefix %w", err)
	case directory.String() == "/":
		return errors.New("the prefix must not be the root")
	case len(c.Prefix) > mostPrefix:
		return fmt.Errorf("the prefix must have at most %d characters", mostPrefix)
	}
	for _, key := range []string{c.KMSKey, c.TestKMSKey} {
		if key != "" && url.PathEscape(key) != key {
			return errors.New("the KMS key must be an identity, such as kms-…")
		}
	}
	// The client has the rules for an endpoint. It sends nothing.
	_, err := client.New(client.Config{Endpoint: c.Endpoint, Organisation: c.Organisation, Credentials: client.Token("-")})
	return err
}

// mostPrefix leaves room for the names of secrets below the prefix.
const mostPrefix = 256

// httpClient follows no redirect: an API that sends its callers elsewhere is one answer
// more to check.
func httpClient(c Config) *http.Client {
	transport := c.Transport
	if transport == nil {
		pooled, _ := http.DefaultTransport.(*http.Transport)
		own := pooled.Clone()
		if c.RootCAs != nil {
			own.TLSClientConfig = &tls.Config{RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12}
		}
		transport = own
	}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (r *runner) text() string {
	if r.config.Text != nil {
		return r.config.Text()
	}
	return rand.Text()
}

// home is the directory of this run.
func (r *runner) home() string { return r.config.Prefix + runDirectory + r.id + "/" }

// send sends a request. It notes the path before a create, so that cleanup finds the
// secret even if the answer is lost.
func (r *runner) send(ctx context.Context, q request) (answer, error) {
	if ctx.Err() != nil {
		return answer{}, context.Cause(ctx)
	}
	if q.operation == opCreate {
		r.created = append(r.created, place{q.region, q.secret})
	}
	a, err := r.service.send(ctx, q)
	switch {
	case q.operation != opCreate:
	case err != nil:
		// An interrupt ends waiting for another attempt, never a create under way.
		r.lost = r.lost || !errors.Is(err, context.Cause(ctx))
	case a.ok():
		r.doctor.set(needCreate, permissionGranted, "")
		created := a.doc().moment("createdAt")
		r.coarse = !created.IsZero() && created.Nanosecond() == 0
	case a.status == http.StatusForbidden:
		r.doctor.set(needCreate, permissionMissing, r.shown(a.said()))
	}
	return a, err
}

// play runs one scenario and keeps the results of its rows.
func (r *runner) play(ctx context.Context, s scenario, results map[string]Result) {
	t := &checker{ctx: ctx, run: r, name: s.name, results: map[string]Result{}}
	if slices.ContainsFunc(s.rows, Row.changes) {
		t.need("%s", r.cannotChange())
	}
	s.check(t)
	for _, row := range s.rows {
		result, ok := t.results[row.ID]
		if !ok {
			result = Result{ID: row.ID, Outcome: NotChecked, Needs: notReached}
		}
		result.Source, result.Sentence = row.Source, row.Sentence
		result.Expected, result.Got, result.Needs = r.shown(result.Expected), r.shown(result.Got), r.shown(result.Needs)
		results[row.ID] = result
	}
}

// notReached is the reason of a row that its scenario has left out, which is a mistake.
const notReached = "a scenario that checks it"

// shown is a text as it may be shown.
func (r *runner) shown(text string) string { return shorten(r.service.scrub.clean(text)) }

// mayRemove reports whether this run may remove what is its own.
func (r *runner) mayRemove() bool {
	return !r.config.ReadOnly && r.doctor.state(needDelete) != permissionMissing
}

// cannotChange says why this run creates nothing, or nothing if it does.
func (r *runner) cannotChange() string {
	switch {
	case r.config.ReadOnly:
		return "a run without -read-only"
	case r.doctor.state(needDelete) == permissionMissing:
		return "the permission delete, without which a created secret would stay"
	case r.key == "":
		return string(needKey)
	}
	return ""
}
