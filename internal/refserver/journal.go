package refserver

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Entry is one request to the API as the server answered it.
type Entry struct {
	Time      time.Time `json:"time"`
	Operation string    `json:"operation"`
	Method    string    `json:"method"`
	// Path is the URL's path; where the secret's path came as a query parameter the
	// query follows it. Characters that are not printable are percent-encoded, and
	// a path longer than 1,024 bytes is cut off and ends in "…".
	Path string `json:"path"`
	// Status is what the caller was sent; 0 where no status reached it, or none
	// has yet.
	Status    int    `json:"status"`
	Principal string `json:"principal"`
	// Fault is the action of the fault rule that fired for the request.
	Fault string `json:"fault,omitempty"`
}

const (
	defaultJournalEntries = 100_000
	// journalBytes is what the journal's entries take at most, by an estimate.
	journalBytes     = 16 << 20
	entryBytes       = 192 // of an entry apart from its texts: the struct and its place in the list
	shownPathBytes   = 1024
	shownMethodBytes = 32
)

// size is about how many bytes an entry takes.
func (e *Entry) size() int { return entryBytes + len(e.Path) + len(e.Method) }

// journal is a list of entries of which the oldest are dropped where there are more
// than the limit, which is 1 or more.
type journal struct {
	limit   int
	entries []*Entry
	bytes   int
	dropped int
}

func (j *journal) add(e *Entry) {
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	for len(j.entries) > j.limit || j.bytes > journalBytes {
		j.bytes -= j.entries[0].size()
		j.entries[0] = nil // The list's memory is kept until the list grows.
		j.entries = j.entries[1:]
		j.dropped++
	}
}

// Journal returns the requests to the API so far, oldest first. Beyond
// Config.JournalEntries, or about 16 MiB, the oldest are dropped: see
// JournalDropped.
func (s *Server) Journal() []Entry {
	entries, _ := s.journalAndDropped()
	return entries
}

// JournalDropped returns how many entries the journal has dropped since the start
// or the last Reset. They were older than all that Journal returns.
func (s *Server) JournalDropped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.journal.dropped
}

func (s *Server) journalAndDropped() (entries []Entry, dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.store.journal.entries {
		entries = append(entries, *e)
	}
	return entries, s.store.journal.dropped
}

// journaled records every call with the status of its answer. It does so
// before the answer is sent, so that who has the answer can find the entry.
func (s *Server) journaled(next handler) handler {
	return func(c *call) answer {
		a := next(c)
		s.note(c, a.status)
		return a
	}
}

// note enters the call into the journal, or brings its entry up to date.
func (s *Server) note(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.store.enter(c, status)
}

// enter is note with the mutex held.
func (st *store) enter(c *call, status int) {
	if c.entry == nil {
		c.entry = &Entry{Time: c.now, Operation: c.route.operation, Method: c.method, Path: c.shownPath, Fault: c.fault}
		st.journal.add(c.entry)
	}
	c.entry.Status, c.entry.Principal = status, c.principal.Name
}

// shownPath is a URL's decoded path, with its raw query where that is part of the
// secret's name, as the journal and the log show it. Characters that are not printable
// are percent-encoded, so that no request can add a line to a log.
func shownPath(path, rawQuery string) string {
	if rawQuery != "" {
		path += "?" + rawQuery
	}
	return printable(path, shownPathBytes)
}

// printable percent-encodes what is not printable and cuts off what is too long.
func printable(s string, most int) string {
	var b strings.Builder
	for i, r := range s {
		start := b.Len()
		_, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			b.WriteRune(r)
		} else {
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		if b.Len() > most {
			return b.String()[:start] + "…"
		}
	}
	return b.String()
}
