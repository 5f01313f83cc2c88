package provider_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// releases serves the archive of the tools of the version that the job names, and puts
// its checksum where the user does.
func (d *driftCheck) releases() string {
	d.t.Helper()
	program, err := os.ReadFile(acctest.DriftCheck(d.t))
	if err != nil {
		d.t.Fatal(err)
	}
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	header := &zip.FileHeader{Name: "drift-check", Method: zip.Deflate}
	header.SetMode(0o755)
	file, err := writer.CreateHeader(header)
	if err == nil {
		_, err = file.Write(program)
	}
	if err := errors.Join(err, writer.Close()); err != nil {
		d.t.Fatal(err)
	}
	sum := sha256.Sum256(archive.Bytes())
	d.Env["DRIFT_CHECK_SHA256"] = hex.EncodeToString(sum[:])
	releases := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version := d.Env["DRIFT_CHECK_VERSION"]
		if version == "" || r.URL.Path != "/v"+version+"/thalassasecrets-tools_"+version+"_linux_amd64.zip" {
			http.NotFound(w, r)
			return
		}
		if _, err := w.Write(archive.Bytes()); err != nil {
			d.t.Error(err)
		}
	}))
	d.t.Cleanup(releases.Close)
	return releases.URL
}

// tokenEndpoint is where a GitHub job asks for its identity token.
func tokenEndpoint(t *testing.T) *httptest.Server {
	t.Helper()
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+runnersKey:
			http.Error(w, `{"message":"not the runner"}`, http.StatusUnauthorized)
		case r.URL.Query().Get("api-version") != "2.0" || r.URL.Query().Get("audience") != audience:
			http.Error(w, `{"message":"for another audience"}`, http.StatusBadRequest)
		default:
			if err := json.NewEncoder(w).Encode(map[string]any{"count": 1, "value": jobToken}); err != nil {
				t.Error(err)
			}
		}
	}))
	t.Cleanup(endpoint.Close)
	return endpoint
}
