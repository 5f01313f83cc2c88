package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// VersionStatus is whether a version can be read.
type VersionStatus string

// The documented states of a version.
const (
	VersionActive    VersionStatus = "active"
	VersionDestroyed VersionStatus = "destroyed"
)

// Version is one row of a secret's history, without its value.
type Version struct {
	Number         int64
	Status         VersionStatus
	Current        bool
	ValueFormat    string // empty: not said
	CreatedAt      time.Time
	LastAccessedAt time.Time // zero: never, or not said
	DestroyedAt    time.Time // zero: not destroyed, or not said
}

// PutValue writes a new version and makes it the current one, exactly once. It
// returns the version's number. What cannot be settled by reading back is
// UnknownOutcomeError.
func (c *Client) PutValue(ctx context.Context, id secretpath.SecretID, value Value) (int64, error) {
	put, err := c.PutAfter(ctx, id, value, Baseline{})
	return put.Version, err
}

// Written is a version that was put.
type Written struct {
	Version int64
	// ReadBack says that the answer was lost and the version was found in the history:
	// the only new one, of the right format, made while the put was under way. A version
	// that somebody else put in those very seconds cannot be told from it.
	ReadBack bool
	// Gap says that an answer was lost, nothing of that put was to be seen, it was sent
	// again, and yet there is another new version. It may be the first one, come late.
	Gap bool
}

// PutAfter is PutValue for a caller who knows something of what is there.
func (c *Client) PutAfter(ctx context.Context, id secretpath.SecretID, value Value, known Baseline) (Written, error) {
	if value.IsZero() {
		return Written{}, errors.New("putSecretValue: there is no value to put")
	}
	if err := checkID(id); err != nil {
		return Written{}, err
	}
	defer c.puts.begin(id)()
	var newest int64 // that the looks have shown
	written, err := exactlyOnce(ctx, c,
		func(ctx context.Context, left int) (Written, error) {
			number, err := c.putValue(ctx, id, value, left)
			return Written{Version: number, Gap: newest > 0 && number > newest+1}, err
		},
		func(ctx context.Context, lost *UnknownOutcomeError) (Written, finding, string) {
			secret, read, err := c.getSecret(ctx, id)
			if err != nil {
				return Written{}, unclear, "Reading the history to find out failed: " + err.Error()
			}
			if len(secret.Versions) > 0 {
				newest = secret.Versions[0].Number
			}
			isKnown := func(number int64) bool { return number <= known.in(secret.CreatedAt) || c.puts.hasMade(id, number) }
			number, verdict, words := settlePut(secret.Versions, lost.window(read), isKnown, value.format())
			if verdict == likely && c.puts.isCrowded(id) {
				verdict, words = unclear, fmt.Sprintf("Version %d may be it, or that of another put at the same time.", number)
			}
			return Written{Version: number, ReadBack: true}, verdict, words
		})
	if err != nil {
		return Written{}, err
	}
	c.puts.note(id, written.Version)
	return written, nil
}

// putValue sends the request once, but for what the transport may repeat.
func (c *Client) putValue(ctx context.Context, id secretpath.SecretID, value Value, left int) (int64, error) {
	const operation = "putSecretValue"
	body := struct {
		Path string `json:"path"`
		wireValue
	}{id.Path.String(), value.wire()}
	var answer struct {
		Path    string `json:"path"`
		Version int64  `json:"version"`
	}
	put := &call{operation: operation, method: http.MethodPost, path: secretPath(id) + "/versions", subject: id.Path.String(), body: body, value: value, left: left}
	if err := c.do(ctx, put, &answer); err != nil {
		return 0, err
	}
	if answer.Path != "" && answer.Path != id.Path.String() {
		return 0, c.inDoubt(put, notAbout(operation, id.String()), claimed)
	}
	if answer.Version < 1 {
		return 0, c.inDoubt(put, fmt.Errorf("%s: the service accepted the value of %s, but named no version", operation, id), claimed)
	}
	return answer.Version, nil
}

// Confirm reads a secret until its history holds a version that was put, because a
// read may lag behind a write. It gives up after a few looks and returns what it
// has seen last. What it says decides whether the caller's record will be true, so
// that it goes on for a moment after ctx has ended.
func (c *Client) Confirm(ctx context.Context, id secretpath.SecretID, number int64) (Secret, error) {
	ctx, cancel := outlive(ctx, interruptGrace, interruptGrace)
	defer cancel(context.Canceled)
	for look := 0; ; look++ {
		secret, err := c.GetSecret(ctx, id)
		held := slices.ContainsFunc(secret.Versions, func(v Version) bool { return v.Number == number })
		if err != nil || held || look+1 == len(looks) || c.sleep(ctx, looks[look+1]) != nil {
			return secret, err
		}
	}
}

// RevealValue reads the value of a version, the current one for number zero. It
// moves the version's last access. The audit log of the service records it.
func (c *Client) RevealValue(ctx context.Context, id secretpath.SecretID, number int64) (Revealed, error) {
	const operation = "getSecretValue"
	if err := checkID(id); err != nil {
		return Revealed{}, err
	}
	body := struct {
		Path    string `json:"path"`
		Version int64  `json:"version,omitempty"`
	}{id.Path.String(), number}
	var answer struct {
		Path            string     `json:"path"`
		Version         int64      `json:"version"`
		SecretString    *string    `json:"secretString"`
		SecretKeyValues *wirePairs `json:"secretKeyValues"`
		KMSKey          string     `json:"kmsKeyIdentity"`
		KMSKeyVersion   string     `json:"kmsKeyVersion"`
	}
	reveal := &call{operation: operation, method: http.MethodPost, path: secretPath(id) + "/value", subject: id.Path.String(), body: body, repeatable: true}
	if err := c.do(ctx, reveal, &answer); err != nil {
		return Revealed{}, err
	}
	var held revealed
	var err error
	switch {
	case answer.Path != "" && answer.Path != id.Path.String():
		return Revealed{}, notAbout(operation, id.String())
	case answer.Version < 1 || number != 0 && answer.Version != number:
		err = fmt.Errorf("it is version %d", answer.Version)
	case answer.SecretString != nil:
		held.bytes, err = decodeBase64(*answer.SecretString)
	case answer.SecretKeyValues != nil:
		held.pairs = make(map[string][]byte, len(*answer.SecretKeyValues))
		for key, encoded := range *answer.SecretKeyValues {
			if held.pairs[key], err = decodeBase64(encoded); err != nil {
				break
			}
		}
	default:
		err = errors.New("it holds neither a string nor key/value pairs")
	}
	if err != nil {
		return Revealed{}, fmt.Errorf("%s: the answer for %s cannot be used: %w", operation, id, err)
	}
	return Revealed{
		Version: answer.Version, KMSKey: answer.KMSKey, KMSKeyVersion: answer.KMSKeyVersion,
		hold: func() revealed { return held },
	}, nil
}

// decodeBase64 says nothing of its input in the error: it is part of a value.
func decodeBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errors.New("it is not base64")
	}
	return b, nil
}

// DestroyVersion destroys the value of one version for good. The version stays
// in the history. Destroying the current version makes the highest active one
// current.
func (c *Client) DestroyVersion(ctx context.Context, id secretpath.SecretID, number int64) error {
	const operation = "destroySecretVersion"
	if err := checkID(id); err != nil {
		return err
	}
	if number < 1 {
		// Without a number the URL could mean "delete the secret /…/versions".
		return fmt.Errorf("%s: %d is no version of %s", operation, number, id)
	}
	return c.do(ctx, &call{
		operation: operation, method: http.MethodDelete, path: secretPath(id) + "/versions", subject: id.Path.String(),
		query: url.Values{"version": {strconv.FormatInt(number, 10)}}, repeatable: true,
	}, nil)
}

type wireVersion struct {
	Version        int64     `json:"version"`
	Status         string    `json:"status"`
	Stage          string    `json:"stage"`
	ValueFormat    string    `json:"valueFormat"`
	CreatedAt      time.Time `json:"createdAt"`
	LastAccessedAt time.Time `json:"lastAccessedAt"`
	DestroyedAt    time.Time `json:"destroyedAt"`
}

// rowsOf decodes a list of at most so many rows, one by one, stops at the first that is
// of another type, and leaves out what is not to be kept. A null is no list.
func rowsOf[T any](b []byte, most int, of string, keep func(T) bool) ([]T, error) {
	decoder := json.NewDecoder(bytes.NewReader(b))
	switch start, err := decoder.Token(); {
	case err != nil:
		return nil, err
	case start == nil:
		return nil, nil
	case start != json.Delim('['):
		return nil, errors.New("this is no list")
	}
	rows := []T{}
	for seen := 0; decoder.More(); seen++ {
		if seen == most {
			return nil, &tooLargeError{int64(most), of}
		}
		var row T
		if err := decoder.Decode(&row); err != nil {
			return nil, err
		}
		if keep(row) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// stageCurrent is the stage of the version that readers get.
const stageCurrent = "current"

// history orders the versions newest first and finds the current one: the one
// whose stage says so, else the highest that is active, since the stage may be
// missing. Zero means that no version is active.
func history(rows []wireVersion) ([]Version, int64) {
	versions := make([]Version, 0, len(rows))
	var staged, highest int64
	seen := map[int64]bool{}
	for _, row := range rows {
		if row.Version < 1 || seen[row.Version] {
			continue // No number of a version, or one that was told already.
		}
		seen[row.Version] = true
		version := row.version()
		versions = append(versions, version)
		if version.Status != VersionActive {
			continue
		}
		highest = max(highest, version.Number)
		if row.Stage == stageCurrent {
			staged = max(staged, version.Number)
		}
	}
	current := staged
	if current == 0 {
		current = highest
	}
	slices.SortFunc(versions, func(a, b Version) int { return cmp.Compare(b.Number, a.Number) })
	for i := range versions {
		versions[i].Current = versions[i].Number == current && current != 0
	}
	return versions, current
}

func (w wireVersion) version() Version {
	status := VersionStatus(w.Status)
	if status == "" {
		status = VersionActive
		if !w.DestroyedAt.IsZero() {
			status = VersionDestroyed
		}
	}
	return Version{
		Number:         w.Version,
		Status:         status,
		ValueFormat:    w.ValueFormat,
		CreatedAt:      w.CreatedAt.UTC(),
		LastAccessedAt: w.LastAccessedAt.UTC(),
		DestroyedAt:    w.DestroyedAt.UTC(),
	}
}
