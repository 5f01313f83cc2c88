//go:build ignore

// Demo is the other party in tools/demo.sh: it works with the secrets beside
// Terraform, straight through the API and without a line of the provider's code, so
// that what it shows is what the service has.
//
//	demo history PATH...              the versions of each secret, as a table
//	demo put PATH <VALUE              puts a value, as another client would
//	demo search TEXT FILE... <VALUES  whether a file holds one of the values
//
// It knows the service from the same environment variables as the provider. Like
// tools/schema, it is built as a file, from the repository's root.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"text/tabwriter"
	"time"
)

// errGone is a secret that is not there, told from other failures by exit code 3.
var errGone = errors.New("there is no such secret")

func main() {
	err := run(context.Background(), os.Args[1:])
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "demo:", err)
	if errors.Is(err, errGone) {
		os.Exit(3)
	}
	os.Exit(1)
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "history":
		return showHistories(ctx, args[1:])
	case len(args) == 2 && args[0] == "put":
		return put(ctx, args[1])
	case len(args) >= 3 && args[0] == "search":
		return search(args[1], args[2:])
	}
	return errors.New("usage: demo history PATH... | put PATH <VALUE | search TEXT FILE... <VALUES")
}

// placeholder is the annotation by which the provider marks a secret whose version
// 1 nobody has put a value into.
const placeholder = "thalassasecrets/placeholder"

type secret struct {
	Annotations map[string]string `json:"annotations"`
	Versions    []struct {
		Version        int       `json:"version"`
		Status         string    `json:"status"`
		Stage          string    `json:"stage"`
		ValueFormat    string    `json:"valueFormat"`
		CreatedAt      time.Time `json:"createdAt"`
		LastAccessedAt time.Time `json:"lastAccessedAt"`
	} `json:"versions"`
}

func showHistories(ctx context.Context, paths []string) error {
	for i, path := range paths {
		var s secret
		if err := call(ctx, http.MethodGet, path+"?includeVersions=true", nil, &s); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if i > 0 {
			fmt.Println()
		}
		fmt.Println(path)
		if err := showHistory(s); err != nil {
			return err
		}
	}
	return nil
}

func showHistory(s secret) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "  VERSION\tSTATUS\tSTAGE\tFORMAT\tPUT (UTC)\tLAST READ")
	for _, v := range s.Versions {
		number := fmt.Sprint(v.Version)
		if v.Version == 1 && s.Annotations[placeholder] != "" {
			number += " (placeholder)"
		}
		read := "never"
		if !v.LastAccessedAt.IsZero() {
			read = v.LastAccessedAt.UTC().Format(time.TimeOnly)
		}
		stage := v.Stage
		if stage == "" {
			stage = "-"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", number, v.Status, stage, v.ValueFormat, v.CreatedAt.UTC().Format(time.TimeOnly), read)
	}
	return w.Flush()
}

// put takes the value from standard input.
func put(ctx context.Context, path string) error {
	value, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	body := map[string]string{"path": path, "secretString": base64.StdEncoding.EncodeToString(value)}
	var answer struct {
		Version int `json:"version"`
	}
	if err := call(ctx, http.MethodPost, path+"/versions", body, &answer); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	fmt.Printf("%s has version %d now.\n", path, answer.Version)
	return nil
}

// call sends a request about a secret and decodes the answer.
func call(ctx context.Context, method, path string, body, answer any) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return err
		}
	}
	url := os.Getenv("THALASSA_API_ENDPOINT") + "/v1/secrets/" + os.Getenv("THALASSA_REGION") + "/secret" + path
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, &sent) //nolint:gosec // demo.sh says where the service is.
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Token "+os.Getenv("THALASSA_API_TOKEN"))
	req.Header.Set("X-Organisation-Identity", os.Getenv("THALASSA_ORGANISATION"))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // See above.
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode == http.StatusNotFound:
		return errGone
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}

// search looks into the files for the values on standard input, one a line, as they
// are and in base64. Each file has to hold text, or nobody could tell that the search
// would find anything. A saved plan is a zip archive; it is searched unpacked.
func search(text string, files []string) error {
	var values []string
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		values = append(values, lines.Text(), base64.StdEncoding.EncodeToString(lines.Bytes()))
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if len(values) == 0 {
		return errors.New("no value to search for")
	}
	for _, file := range files {
		content, err := unpacked(file)
		if err != nil {
			return err
		}
		if !bytes.Contains(content, []byte(text)) {
			return fmt.Errorf("%s does not even hold %q", file, text)
		}
		for _, value := range values {
			if bytes.Contains(content, []byte(value)) {
				return fmt.Errorf("%s holds a value", file)
			}
		}
		fmt.Printf("%s: no password in it\n", file)
	}
	return nil
}

// unpacked returns a file's content, or that of all files in it if it is an archive.
func unpacked(file string) ([]byte, error) {
	content, err := os.ReadFile(file) //nolint:gosec // demo.sh names the files.
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return content, nil //nolint:nilerr // It is no archive.
	}
	var all bytes.Buffer
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(&all, r); err != nil { //nolint:gosec // Terraform wrote it a second ago.
			return nil, err
		}
		_ = r.Close()
	}
	return all.Bytes(), nil
}
