package secretpath

import (
	"regexp"
	"strconv"
	"strings"
)

// SecretID names a secret of an organisation or project: its region and path.
// It is written nl-01/app/db.
type SecretID struct {
	Region string
	Path   Path
}

// VersionID names one version of a secret, written nl-01/app/db@4, or the
// current version, written nl-01/app/db@current. "@" is not legal in a path,
// so the two parts cannot run into each other.
type VersionID struct {
	Secret SecretID
	Number int64 // zero: the version that is current
}

// CurrentName stands for the number in the id of the version that is current.
const CurrentName = "current"

// A region travels as one segment of a URL, so the slug is held to the narrow
// form that all known regions have.
var regionSlug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ParseRegion checks that s has the form of a region's slug, such as nl-01. It
// does not know which regions exist.
func ParseRegion(s string) (string, error) {
	const longest = 63
	if len(s) > longest || !regionSlug.MatchString(s) {
		return "", ruleError(s, `must be a region's slug: lower-case letters, digits and single hyphens between them, such as "nl-01"`)
	}
	return s, nil
}

// NewSecretID checks both parts of a secret's id.
func NewSecretID(region, path string) (SecretID, error) {
	r, err := ParseRegion(region)
	if err != nil {
		return SecretID{}, err
	}
	p, err := ParsePath(path)
	if err != nil {
		return SecretID{}, err
	}
	return SecretID{Region: r, Path: p}, nil
}

// ParseSecretID reads REGION/PATH, such as nl-01/app/db.
func ParseSecretID(s string) (SecretID, error) {
	slash := strings.IndexByte(s, '/')
	if slash <= 0 {
		return SecretID{}, ruleError(s, `must be a region followed by a path, such as "nl-01/app/db"`)
	}
	return NewSecretID(s[:slash], s[slash:])
}

// ParseVersionID reads SECRET@NUMBER or SECRET@current, such as nl-01/app/db@4.
func ParseVersionID(s string) (VersionID, error) {
	secret, version, found := strings.Cut(s, "@")
	if !found {
		return VersionID{}, ruleError(s, `must be a secret's id, "@" and a version, such as "nl-01/app/db@4" or "nl-01/app/db@current"`)
	}
	id, err := ParseSecretID(secret)
	if err != nil {
		return VersionID{}, err
	}
	if version == CurrentName {
		return VersionID{Secret: id}, nil
	}
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != version {
		return VersionID{}, ruleError(s, `must end in "@" and a version's number (1 or more, no sign, no leading zero) or "@current"`)
	}
	return VersionID{Secret: id, Number: n}, nil
}

// String writes the id as ParseSecretID reads it.
func (id SecretID) String() string { return id.Region + id.Path.String() }

// IsZero reports whether id names nothing.
func (id SecretID) IsZero() bool { return id == SecretID{} }

// Version names version number n of the secret.
func (id SecretID) Version(n int64) VersionID { return VersionID{Secret: id, Number: n} }

// String writes the id as ParseVersionID reads it.
func (id VersionID) String() string {
	version := CurrentName
	if id.Number != 0 {
		version = strconv.FormatInt(id.Number, 10)
	}
	return id.Secret.String() + "@" + version
}
