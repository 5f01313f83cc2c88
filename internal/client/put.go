package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// Written is a version that was put.
type Written struct {
	Version int64
	// ReadBack says that the answer was lost and the version was found in the history:
	// the only new one, of the right format, made while the put was under way. A
	// version that another client put in the same seconds cannot be distinguished from
	// it.
	ReadBack bool
	// Gap says that there is one more new version than this put explains: another client
	// put it within the round trip after the look, or, where Resent, it may be an earlier
	// attempt, come late.
	Gap bool
	// Resent says that the put was sent again after a lost answer of which nothing was to
	// be seen.
	Resent bool
}

// PutValue writes a new version and makes it the current one, exactly once. If reading
// back is not conclusive, the error is UnknownOutcomeError.
func (c *Client) PutValue(ctx context.Context, id secretpath.SecretID, value Value, guards Guard) (Written, error) {
	if value.IsZero() {
		return Written{}, errors.New("putSecretValue: there is no value to put")
	}
	if err := checkID(id); err != nil {
		return Written{}, err
	}
	defer c.puts.begin(id)()
	guard := &guard{Guard: guards, id: id}
	// Versions that the first read has shown, or that the caller knows, were there
	// before. No put makes version 1.
	isKnown := func(number int64) bool {
		return number <= max(newest(guard.first), guard.Known, 1) || c.puts.hasMade(id, number)
	}
	times := 0
	sendOnce := func(ctx context.Context, left int) (Written, *attempts, error) {
		number, a, err := c.putValue(ctx, guard, value, left)
		times++
		return Written{Version: number, Gap: err == nil && c.hasGap(id, max(newest(guard.first), guard.Known), number), Resent: times > 1}, a, err
	}
	written, err := exactlyOnce(ctx, c, sendOnce, func(ctx context.Context, lost *UnknownOutcomeError) (Written, evidence, string) {
		secret, read, err := c.getSecret(ctx, id)
		if err != nil {
			return Written{}, unclear, "Reading the history to find out failed: " + err.Error()
		}
		if !isSameLife(guard.first, secret) {
			return Written{}, unclear, "The secret was deleted and created again since, and the put may have happened in the one before."
		}
		number, verdict, words := readBackPut(secret.Versions, lost.window(read), isKnown, value.format())
		if verdict == likely && c.puts.hasConcurrentPuts(id) {
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

// hasGap reports a version between the newest that the first look has shown and the one
// that was put, which no put of this client explains.
func (c *Client) hasGap(id secretpath.SecretID, newest, put int64) bool {
	if c.puts.hasConcurrentPuts(id) {
		return false // It is that of another put, whose answer may not have come yet.
	}
	for number := newest + 1; number < put; number++ {
		if !c.puts.hasMade(id, number) {
			return true
		}
	}
	return false
}

// newest is the highest version that a look has shown, whether it can be read or not.
func newest(secret Secret) int64 {
	if len(secret.Versions) == 0 {
		return secret.CurrentVersion
	}
	return secret.Versions[0].Number
}

// isSameLife reports that two reads may have shown the same secret, and not one that
// was deleted and created again in between.
func isSameLife(a, b Secret) bool {
	if a.Annotations[CreationAnnotation] != b.Annotations[CreationAnnotation] {
		return false // Dates may have a resolution of a second.
	}
	return a.CreatedAt.IsZero() || b.CreatedAt.IsZero() || sameLife(a.CreatedAt, b.CreatedAt)
}

// putValue sends the request once, but for what the policy may repeat.
func (c *Client) putValue(ctx context.Context, guard *guard, value Value, left int) (int64, *attempts, error) {
	id := guard.id
	body := struct {
		Path string `json:"path"`
		wireValue
	}{id.Path.String(), value.wire()}
	put := request{
		operation: "putSecretValue", kind: kindPut, method: http.MethodPost, path: secretPath(id) + "/versions", subject: id.Path.String(), body: body, value: value, left: left, guard: guard,
	}
	return send(ctx, c, put, func(body io.Reader, _ *attempt) (int64, error) {
		var answer struct {
			Path    string `json:"path"`
			Version int64  `json:"version"`
		}
		switch err := decode(body, maxBody, &answer); {
		case err != nil:
			return 0, err
		case answer.Path != "" && answer.Path != id.Path.String():
			return 0, notAbout(id.String())
		case answer.Version < 1:
			return 0, unusable("it names no version")
		case answer.Version <= max(newest(guard.fresh), guard.Known):
			return 0, unusable("it names version %d, which was there before", answer.Version)
		}
		return answer.Version, nil
	})
}
