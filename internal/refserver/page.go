package refserver

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// pagePolicy lets a browser load nothing, run nothing, send nothing and frame
// nothing. The page's own style is known by its hash.
var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// AsksForPage reports a request of a browser for the root. Clients of the API do not
// ask for HTML, and send a token, so the API answers them: 401 without a token, 404
// with one.
func AsksForPage(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		strings.Contains(r.Header.Get("Accept"), "text/html") &&
		(scheme == "" || strings.EqualFold(scheme, "Basic"))
}

// Page returns the handler of a read-only page for people: the secrets of all
// organisations with their versions, the latest of the audit log and the bill,
// and never a value.
//
// Requests from this machine need no credentials, because the admin API shows them the
// same. If remote is true, requests from other machines need a token without limits as
// the password of basic authentication: the page shows all organisations, so a token
// for one of them is not enough. If remote is false, requests from other machines are
// refused.
func (s *Server) Page(remote bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Content-Security-Policy":      pagePolicy,
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cache-Control":                "no-store",
			"Vary":                         "Accept, Authorization",
		} {
			w.Header().Set(name, value)
		}
		switch {
		case r.URL.Path != "/":
			http.Error(w, "There is nothing here.", http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This page can only be read.", http.StatusMethodNotAllowed)
		case isFromHere(r):
			s.writePage(w)
		case !remote:
			http.Error(w, "This page is for callers on the server's own machine, by a name such as localhost.", http.StatusForbidden)
		case !s.showsAllPowerfulToken(r):
			w.Header().Set("WWW-Authenticate", `Basic realm="reference server", charset="UTF-8"`)
			http.Error(w, "The password must be a token that may do everything.", http.StatusUnauthorized)
		default:
			s.writePage(w)
		}
	})
}

// showsAllPowerfulToken reports that the password is the token of a principal without
// limits. The user name does not matter.
func (s *Server) showsAllPowerfulToken(r *http.Request) bool {
	_, token, ok := r.BasicAuth()
	if !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.store.principals.withToken(token)
	return known && len(p.Organisations) == 0 && len(p.Projects) == 0 && len(p.Grants) == 0
}

func (s *Server) writePage(w http.ResponseWriter) {
	var text strings.Builder
	// The template and its data belong to this package, so its tests find a mistake.
	if err := pageTemplate.Execute(&text, newPageView(s.snapshot())); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentHTML)
	_, _ = w.Write([]byte(text.String())) // The client may have disconnected.
}
