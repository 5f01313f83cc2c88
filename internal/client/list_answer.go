package client

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// readList reads the answer of a list, entry by entry, so that it is never held both as
// it came and as what was made of it.
func readList(body io.Reader, region string, asOf time.Time) (secrets []Secret, err error) {
	secrets = []Secret{}
	err = readAnswer(body, maxListBody, func(decoder *json.Decoder) (err error) {
		secrets, err = secretsOf(decoder, region, asOf)
		return err
	})
	if err != nil {
		return nil, err
	}
	return secrets, nil
}

// readLevel reads the answer of a browse likewise. It has to be about the level that was
// asked for: what it does not show counts for gone.
func readLevel(body io.Reader, region string, at secretpath.Prefix, asOf time.Time) (Listing, error) {
	level, about := Listing{Secrets: []Secret{}}, ""
	err := readAnswer(body, maxListBody, func(decoder *json.Decoder) error {
		if start, err := decoder.Token(); err != nil || start == nil {
			return err
		} else if start != json.Delim('{') {
			return errNotDocumented
		}
		for decoder.More() {
			token, err := decoder.Token()
			if err != nil {
				return err
			}
			switch name, _ := token.(string); strings.ToLower(name) {
			case "path":
				err = decoder.Decode(&about)
			case "prefixes":
				level.Prefixes, err = prefixesOf(decoder)
			case "secrets":
				level.Secrets, err = secretsOf(decoder, region, asOf)
			default:
				err = decoder.Decode(&passedOver{})
			}
			if err != nil {
				return err
			}
		}
		return delimiter(decoder, '}')
	})
	switch {
	case err != nil:
		return Listing{}, err
	case about == "" || strings.TrimSuffix(about, "/") != strings.TrimSuffix(at.String(), "/"):
		return Listing{}, notAbout(at.String())
	}
	return level, nil
}

// passedOver is a field that the client does not need.
type passedOver struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*passedOver) UnmarshalJSON([]byte) error { return nil }

// secretsOf reads a list of secrets. Entries whose path is not one that this client
// could name are left out: nothing that it does can concern them.
func secretsOf(decoder *json.Decoder, region string, asOf time.Time) ([]Secret, error) {
	secrets, seen, details := []Secret{}, 0, 0
	err := eachRow(decoder, func() error {
		if seen++; seen > maxSecrets {
			return &tooLargeError{maxSecrets, "secrets"}
		}
		var entry wireSecret
		if err := decoder.Decode(&entry); err != nil {
			return err
		}
		if details += entry.details(); details > maxDetails {
			return &tooLargeError{maxDetails, "labels, annotations, conditions and versions"}
		}
		entry.Versions = nil // A list has no histories.
		if id, err := secretpath.NewSecretID(region, entry.Path); err == nil {
			secrets = append(secrets, entry.secret(id, asOf))
		}
		return nil
	})
	return secrets, err
}

// details are how many things a secret has of which it may have any number.
func (w wireSecret) details() int {
	n := len(w.Labels) + len(w.Annotations) + len(w.Versions)
	if w.AccessPolicy != nil {
		n += len(w.AccessPolicy.Conditions)
		for _, condition := range w.AccessPolicy.Conditions {
			n += len(condition.CIDRs)
		}
	}
	return n
}

func prefixesOf(decoder *json.Decoder) ([]string, error) {
	var prefixes []string
	seen := 0
	err := eachRow(decoder, func() error {
		if seen++; seen > maxPrefixes {
			return &tooLargeError{maxPrefixes, "directories"}
		}
		var prefix string
		err := decoder.Decode(&prefix)
		prefixes = append(prefixes, prefix)
		return err
	})
	return prefixes, err
}

// eachRow lets each row of a list be read. A null is a list of none.
func eachRow(decoder *json.Decoder, read func() error) error {
	switch start, err := decoder.Token(); {
	case err != nil:
		return err
	case start == nil:
		return nil
	case start != json.Delim('['):
		return errNotDocumented
	}
	for decoder.More() {
		if err := read(); err != nil {
			return err
		}
	}
	return delimiter(decoder, ']')
}

func delimiter(decoder *json.Decoder, want json.Delim) error {
	token, err := decoder.Token()
	if err == nil && token != want {
		err = errors.New("another token")
	}
	return err
}
