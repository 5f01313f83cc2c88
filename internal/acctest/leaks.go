package acctest

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Leaks searches text for secrets, in every form in which a program may have encoded
// them. It compares the text with thousands of forms at a time, because the log of a
// run has megabytes.
type Leaks struct {
	forms map[uint64][]form
	// maybe says of a hash whether any form begins so, which is quicker to ask than
	// the map.
	maybe [1 << 20]bool
}

// form is one way to write a secret.
type form struct{ secret, name, text string }

// beginning is how many bytes of a form lead to it.
const beginning = 8

// shortest is how long a secret has to be to be looked for: in base64, three
// quarters of a shorter one could stand in a text by chance.
const shortest = 12

// NewLeaks looks for secrets, given by the names that the findings call them by. Of
// a secret with blanks each word of some length counts on its own, too, because a
// terminal's lines are broken at them.
func NewLeaks(t testing.TB, secrets map[string]string) *Leaks {
	t.Helper()
	l := &Leaks{forms: map[uint64][]form{}}
	for name, secret := range secrets {
		if len(secret) < shortest {
			t.Fatalf("the secret %q is too short to be looked for", name)
		}
		known := map[string]bool{}
		for _, part := range append([]string{secret}, strings.Fields(secret)...) {
			if len(part) < shortest || known[part] {
				continue
			}
			known[part] = true
			for _, f := range formsOf(part) {
				f.secret = name
				l.add(f)
			}
		}
	}
	return l
}

func (l *Leaks) add(f form) {
	var start uint64
	for i := range beginning {
		start = roll(start, f.text[i])
	}
	l.forms[start] = append(l.forms[start], f)
	l.maybe[hash(start)] = true
}

// roll moves the window of the last few bytes on by one.
func roll(window uint64, next byte) uint64 { return window>>8 | uint64(next)<<56 }

func hash(window uint64) uint64 { return window * 0x9E3779B97F4A7C15 >> 44 }

// In lists which secrets are in a text, and in which form.
func (l *Leaks) In(text string) []string {
	var found []string
	var window uint64
	for i := range len(text) {
		window = roll(window, text[i])
		if i < beginning-1 || !l.maybe[hash(window)] {
			continue
		}
		for _, f := range l.forms[window] {
			name := f.secret + " (" + f.name + ")"
			if strings.HasPrefix(text[i-beginning+1:], f.text) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return found
}

// Written reads everything that a run has left in a directory, by the name of the
// file, and plan files by what is packed into them.
func Written(t testing.TB, dir string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		raw, err := os.ReadFile(path) //nolint:gosec // A file that the test itself made.
		if err != nil {
			return err
		}
		contents[name] = string(raw)
		return unpack(path, name, contents)
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents
}

// unpack adds what is in a plan file, and nothing for any other.
func unpack(path, name string, contents map[string]string) (err error) {
	archive, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	for _, file := range archive.File {
		member, err := file.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(member)
		if err := errors.Join(err, member.Close()); err != nil {
			return err
		}
		contents[name+"/"+file.Name] = string(content)
	}
	return nil
}
