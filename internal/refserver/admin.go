package refserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Admin returns the handler of the admin API, which shows what happened on the server
// and changes its configuration. It needs no credentials. It refuses requests from
// other machines, requests to a name that is not a loopback name, and requests of a web
// page of another origin. So no web page can use it, even under a name that resolves to
// 127.0.0.1.
func (s *Server) Admin() http.Handler {
	return guarded(s.admin(), func(r *http.Request) *problem {
		if !isFromHere(r) {
			return forbidden("the admin API is for callers on the server's own machine, by a name such as localhost, and not through a proxy")
		}
		return nil
	})
}

// AdminWithToken returns the handler of the same API for callers on any machine. All
// of them must send "Authorization: Bearer" with the token, which must not be empty.
func (s *Server) AdminWithToken(token string) http.Handler {
	want := sha256.Sum256([]byte(token))
	return guarded(s.admin(), func(r *http.Request) *problem {
		scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(shown)))
		if token == "" || !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			return refuse(http.StatusUnauthorized, `the admin API needs the header "Authorization: Bearer" with the admin token`)
		}
		return nil
	})
}

// guarded refuses requests of other web sites and requests that the check refuses.
func guarded(admin http.Handler, check func(*http.Request) *problem) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
			"Cache-Control":                "no-store",
		} {
			w.Header().Set(name, value)
		}
		p := check(r)
		if isFromOtherSite(r) {
			p = forbidden("the admin API cannot be used by web pages of another origin")
		}
		if p != nil {
			a := p.answer()
			if p.status == http.StatusUnauthorized {
				a.setHeader("Www-Authenticate", "Bearer")
			}
			writeWhole(w, a)
			return
		}
		admin.ServeHTTP(w, r)
	})
}

// admin is the admin API without access checks.
func (s *Server) admin() http.Handler {
	mux := http.NewServeMux()
	for pattern, f := range map[string]adminFunc{
		"GET /audit":          func(*http.Request) (any, error) { return nonNil(s.Audit()), nil },
		"GET /billing":        func(*http.Request) (any, error) { return s.Billing(), nil },
		"POST /reset":         s.postReset,
		"GET /clock":          func(*http.Request) (any, error) { return s.clockJSON(), nil },
		"PUT /clock":          s.putClock,
		"POST /tokens/revoke": s.postRevoke,
		"GET /principals":     func(*http.Request) (any, error) { return s.Principals(), nil },
		"POST /principals":    s.postPrincipal,
		"GET /gates":          func(*http.Request) (any, error) { return s.FeatureGates(), nil },
		"PUT /gates":          s.putFeatureGate,
		"GET /keys":           func(*http.Request) (any, error) { return s.Keys(), nil },
		"POST /keys":          s.postKey,
		"PUT /keys":           s.putKey,
		"GET /faults":         func(*http.Request) (any, error) { return nonNil(s.Faults()), nil },
		"PUT /faults":         s.putFaults,
		"POST /faults":        s.postFault,
		"DELETE /faults":      s.deleteFaults,
		"GET /pace":           func(*http.Request) (any, error) { return s.Pace(), nil },
		"PUT /pace":           s.putPace,
		"GET /regions":        func(*http.Request) (any, error) { return s.Regions(), nil },
		"PUT /regions":        s.putRegion,
	} {
		mux.Handle(pattern, f)
	}
	mux.HandleFunc("GET /journal", s.getJournal)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeWhole(w, notFound("there is no such admin call").answer())
	})
	return mux
}

// adminFunc answers an admin call: with a body to encode, with withoutBody (204), or
// with what is wrong with the request (400).
type adminFunc func(*http.Request) (any, error)

// withoutBody is an answer without a body.
type withoutBody struct{}

func (f adminFunc) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	body, err := f(r)
	switch {
	case err != nil:
		writeWhole(w, badRequest("%s", err).answer())
	case body == withoutBody{}:
		writeWhole(w, answer{status: http.StatusNoContent})
	default:
		writeWhole(w, answer{status: http.StatusOK, body: body})
	}
}

// nonNil makes an empty list [] rather than null in JSON.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// getJournal returns the journal. A header has the number of older entries that were
// dropped.
func (s *Server) getJournal(w http.ResponseWriter, _ *http.Request) {
	entries, dropped := s.journalAndDropped()
	a := answer{status: http.StatusOK, body: nonNil(entries)}
	a.setHeader("X-Journal-Dropped", strconv.Itoa(dropped))
	writeWhole(w, a)
}

// readStrict reads a JSON object and refuses unknown fields.
func readStrict(r *http.Request, target any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("the body is not as expected: %w", err)
	}
	if decoder.More() {
		return errors.New("the body has more than one JSON value")
	}
	return nil
}

func (s *Server) postReset(*http.Request) (any, error) {
	s.Reset()
	return withoutBody{}, nil
}

type clockJSON struct {
	Now time.Time `json:"now"`
}

func (s *Server) clockJSON() clockJSON { return clockJSON{Now: s.clock.Now()} }

func (s *Server) putClock(r *http.Request) (any, error) {
	var body struct {
		Now     *time.Time `json:"now"`
		Advance *string    `json:"advance"`
	}
	if err := readStrict(r, &body); err != nil {
		return nil, err
	}
	switch {
	case (body.Now == nil) == (body.Advance == nil):
		return nil, errors.New(`exactly one of "now" (RFC 3339) and "advance" (a duration such as "72h") must be given`)
	case body.Now != nil:
		s.clock.Set(*body.Now)
	default:
		d, err := time.ParseDuration(*body.Advance)
		if err != nil {
			return nil, fmt.Errorf("advance: %w", err)
		}
		s.clock.Advance(d)
	}
	return s.clockJSON(), nil
}

func (s *Server) postPrincipal(r *http.Request) (any, error) {
	var p Principal
	if err := readStrict(r, &p); err != nil {
		return nil, err
	}
	return withoutBody{}, s.AddPrincipal(p)
}

func (s *Server) putFeatureGate(r *http.Request) (any, error) {
	var body struct {
		FeatureGate
		On *bool `json:"on"`
	}
	if err := readStrict(r, &body); err != nil {
		return nil, err
	}
	if body.On == nil {
		return nil, errors.New(`"on" is missing`)
	}
	if err := s.SetFeatureGate(body.Organisation, body.Feature, *body.On); err != nil {
		return nil, err
	}
	return s.FeatureGates(), nil
}

func (s *Server) postKey(r *http.Request) (any, error) {
	var k Key
	if err := readStrict(r, &k); err != nil {
		return nil, err
	}
	identity, err := s.AddKey(k)
	if err != nil {
		return nil, err
	}
	return struct {
		Identity string `json:"identity"`
	}{identity}, nil
}

func (s *Server) putKey(r *http.Request) (any, error) {
	var body struct {
		Region   string    `json:"region"`
		Identity string    `json:"identity"`
		Status   KeyStatus `json:"status"`
	}
	if err := readStrict(r, &body); err != nil {
		return nil, err
	}
	return withoutBody{}, s.SetKeyStatus(body.Region, body.Identity, body.Status)
}

func (s *Server) putRegion(r *http.Request) (any, error) {
	var body struct {
		Slug         string `json:"slug"`
		KMSAvailable *bool  `json:"kmsAvailable"`
	}
	if err := readStrict(r, &body); err != nil {
		return nil, err
	}
	if body.KMSAvailable == nil {
		return nil, errors.New(`"kmsAvailable" is missing`)
	}
	if err := s.SetRegionKMS(body.Slug, *body.KMSAvailable); err != nil {
		return nil, err
	}
	return s.Regions(), nil
}

func (s *Server) postRevoke(*http.Request) (any, error) {
	s.RevokeIssuedTokens()
	return withoutBody{}, nil
}

func (s *Server) putFaults(r *http.Request) (any, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	faults, err := ParseFaults(b)
	if err != nil {
		return nil, err
	}
	if err := s.SetFaults(faults...); err != nil {
		return nil, err
	}
	return nonNil(s.Faults()), nil
}

func (s *Server) postFault(r *http.Request) (any, error) {
	var f Fault
	if err := readStrict(r, &f); err != nil {
		return nil, err
	}
	if err := s.AddFault(f); err != nil {
		return nil, err
	}
	return s.Faults(), nil
}

func (s *Server) deleteFaults(*http.Request) (any, error) {
	s.ClearFaults()
	return withoutBody{}, nil
}

func (s *Server) putPace(r *http.Request) (any, error) {
	var p Pace
	if err := readStrict(r, &p); err != nil {
		return nil, err
	}
	if err := s.SetPace(p); err != nil {
		return nil, err
	}
	return s.Pace(), nil
}
