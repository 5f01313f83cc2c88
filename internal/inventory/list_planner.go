package inventory

import (
	"slices"
	"strings"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// The rule of lists. A list costs one request, however many reads it answers, but returns
// everything below its directory, including secrets that this run does not manage.
//
//  1. The narrowest directory with five reads below it that no list has answered is listed.
//  2. If a directory above it contains a list already, the nearest such one is listed
//     instead: a state with two lists side by side most likely has more of them.
//  3. The root, which is everything that the organisation has, is listed only after the
//     region has cost twenty requests.
//  4. A list may return 500 secrets for each secret that was asked for below its directory.
//     One that has more is broken off, and tried again once twice as many were asked for.
//  5. Two lists that fail end the use of lists. Every list takes five reads that no other
//     list took, so that lists never add more than a fifth to the requests of single reads.
const (
	readsForEachList   = 5       // rules 1 and 5
	requestsBeforeRoot = 20      // rule 3
	secretsForEachRead = 500     // rule 4
	mostSecrets        = 100_000 // of one list, which is kept in memory
	bytesForEachSecret = 1 << 10 // about twice the size of an ordinary entry
	mostFailures       = 2       // rule 5
)

const root = "/"

// listLimit bounds the request of a list: after that, reading one by one is the
// better way.
const listLimit = 20 * time.Second

// listPlanner counts the reads of a region by each directory above the secret, and decides
// what to list. It is pure arithmetic.
type listPlanner struct {
	asked    map[string]int // secrets that were asked for
	open     map[string]int // those of them that no list has answered or was started for
	needs    map[string]int // secrets to be asked for before a directory is listed again
	listed   []string       // directories that a list has answered for
	requests int            // single reads and lists
	failures int
}

func newListPlanner() listPlanner {
	return listPlanner{asked: map[string]int{}, open: map[string]int{}, needs: map[string]int{}}
}

// recordRead counts a secret that is asked for, once for each. A read that a list has
// answered is not open. One that waits for a list is, until the list has answered.
func (p *listPlanner) recordRead(path string) {
	answered := slices.ContainsFunc(p.listed, func(listed string) bool { return strings.HasPrefix(path, listed) })
	for _, dir := range directories(path) {
		p.asked[dir]++
		if !answered {
			p.open[dir]++
		}
	}
}

// choose decides about a read that no list answers, or will answer: it returns the directory
// to list, or false for a single read.
func (p *listPlanner) choose(path string) (prefix string, ok bool) {
	p.requests++
	if p.failures >= mostFailures {
		return "", false
	}
	for _, dir := range directories(path) {
		if p.open[dir] >= readsForEachList && p.isDue(dir) {
			return p.widened(dir), true
		}
	}
	return "", false
}

// isDue reports that a directory may be listed: that it is not too early for the root, and
// that enough secrets were asked for since it, or a directory in it, was listed in vain.
func (p *listPlanner) isDue(dir string) bool {
	if dir == root && p.requests <= requestsBeforeRoot {
		return false
	}
	for tried, needs := range p.needs {
		if strings.HasPrefix(tried, dir) && p.asked[dir] < needs {
			return false
		}
	}
	return true
}

// widened is the nearest directory above that contains a list already, or else the directory.
func (p *listPlanner) widened(dir string) string {
	for _, above := range directories(strings.TrimSuffix(dir, root)) {
		if !p.isDue(above) {
			break
		}
		if slices.ContainsFunc(p.listed, func(listed string) bool { return strings.HasPrefix(listed, above) }) {
			return above
		}
	}
	return dir
}

// started notes that a list is requested, and returns what it may cost. Until it has
// answered, neither it nor a directory above is listed again before twice as many secrets
// were asked for.
func (p *listPlanner) started(prefix string) client.Budget {
	p.close(prefix)
	p.needs[prefix] = 2 * p.asked[prefix]
	secrets := min(p.asked[prefix]*secretsForEachRead, mostSecrets)
	return client.Budget{Secrets: secrets, Bytes: int64(secrets) * bytesForEachSecret, Time: listLimit}
}

// succeeded notes that a list has answered.
func (p *listPlanner) succeeded(prefix string) {
	p.close(prefix)
	p.listed = append(p.listed, prefix)
	delete(p.needs, prefix)
}

// close takes the reads below a directory out of the open ones.
func (p *listPlanner) close(prefix string) {
	closed := p.open[prefix]
	for dir := range p.open {
		switch {
		case strings.HasPrefix(dir, prefix):
			delete(p.open, dir)
		case strings.HasPrefix(prefix, dir):
			p.open[dir] -= closed
		}
	}
}

// failed notes that a list failed for another reason than its size.
func (p *listPlanner) failed() { p.failures++ }

// directories are the directories above a secret, each ending in a slash, the nearest first
// and the root last.
func directories(path string) []string {
	var dirs []string
	for end := strings.LastIndexByte(path, '/'); end >= 0; end = strings.LastIndexByte(path[:end], '/') {
		dirs = append(dirs, path[:end+1])
	}
	return dirs
}
