package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Confirm reads a secret until its history holds a version that was put, because a read
// may lag behind a write. It gives up after a few reads and returns the last one. Its
// result decides whether the caller's record will be true, so it continues for a moment
// after ctx has ended.
func (c *Client) Confirm(ctx context.Context, id secretpath.SecretID, number int64) (Secret, error) {
	ctx, cancel := withGrace(ctx, interruptGrace, interruptGrace)
	defer cancel(context.Canceled)
	for look := 0; ; look++ {
		readAt := time.Now()
		secret, err := c.GetSecret(ctx, id)
		secret.readAt = readAt
		held := slices.ContainsFunc(secret.Versions, func(v Version) bool { return v.Number == number })
		if err != nil || held || look+1 == len(probeDelays) || c.sleep(ctx, probeDelays[look+1]) != nil {
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
	reveal := request{operation: operation, method: http.MethodPost, path: secretPath(id) + "/value", subject: id.Path.String(), body: body}
	revealed, _, err := send(ctx, c, reveal, func(body io.Reader, _ *attempt) (Revealed, error) { return readRevealed(body, id, number) })
	return revealed, err
}

// readRevealed reads a value. Its errors say nothing of it.
func readRevealed(body io.Reader, id secretpath.SecretID, number int64) (Revealed, error) {
	var answer struct {
		Path            string     `json:"path"`
		Version         int64      `json:"version"`
		SecretString    *string    `json:"secretString"`
		SecretKeyValues *wirePairs `json:"secretKeyValues"`
		KMSKey          string     `json:"kmsKeyIdentity"`
		KMSKeyVersion   string     `json:"kmsKeyVersion"`
	}
	err := decode(body, maxBody, &answer)
	var held revealed
	switch {
	case err != nil:
	case answer.Path != "" && answer.Path != id.Path.String():
		err = notAbout(id.String())
	case answer.Version < 1 || number != 0 && answer.Version != number:
		err = unusable("it is version %d", answer.Version)
	case answer.SecretString != nil:
		held.bytes, err = decodeBase64(*answer.SecretString)
	case answer.SecretKeyValues != nil:
		held.pairs, err = decodePairs(*answer.SecretKeyValues)
	default:
		err = unusable("it holds neither a string nor key/value pairs")
	}
	if err != nil {
		return Revealed{}, err
	}
	return Revealed{
		Version: answer.Version, KMSKey: answer.KMSKey, KMSKeyVersion: answer.KMSKeyVersion,
		hold: func() revealed { return held },
	}, nil
}

func decodePairs(encoded map[string]string) (map[string][]byte, error) {
	pairs := make(map[string][]byte, len(encoded))
	for key, value := range encoded {
		decoded, err := decodeBase64(value)
		if err != nil {
			return nil, err
		}
		pairs[key] = decoded
	}
	return pairs, nil
}

// decodeBase64 says nothing of its input in the error: it is part of a value.
func decodeBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, unusable("it is not base64")
	}
	return b, nil
}

// DestroyVersion destroys the value of one version for good. The version stays in the
// history. Destroying the current version makes the highest active one current. It is
// done as well where the version is destroyed or gone before it is sent.
func (c *Client) DestroyVersion(ctx context.Context, id secretpath.SecretID, number int64, guards Guard) error {
	const operation = "destroySecretVersion"
	if err := checkID(id); err != nil {
		return err
	}
	if number < 1 {
		// Without a number the URL could mean "delete the secret /…/versions".
		return fmt.Errorf("%s: %d is not a version of %s", operation, number, id)
	}
	return c.remove(ctx, request{
		operation: operation, kind: kindRemove, method: http.MethodDelete, path: secretPath(id) + "/versions", subject: id.Path.String(),
		query: url.Values{"version": {strconv.FormatInt(number, 10)}},
		guard: &guard{Guard: guards, id: id, isDone: func(first, fresh Secret) bool {
			// A version that was seen cannot leave the history, but a read may lag behind.
			destroyed := slices.ContainsFunc(fresh.Versions, func(v Version) bool { return v.Number == number && v.Status == VersionDestroyed })
			return destroyed || !isSameLife(first, fresh)
		}},
	})
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
// of another type, and leaves out what is not to be kept. A null is not a list.
func rowsOf[T any](b []byte, most int, of string, keep func(T) bool) ([]T, error) {
	decoder := json.NewDecoder(bytes.NewReader(b))
	switch start, err := decoder.Token(); {
	case err != nil:
		return nil, err
	case start == nil:
		return nil, nil
	case start != json.Delim('['):
		return nil, errors.New("this is not a list")
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
			continue // Not the number of a version, or a duplicate.
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
