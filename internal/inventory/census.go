package inventory

import "strings"

// The rule of lists. A list costs one request however many reads it answers, but
// carries everything below its prefix, also what is no concern of this run.
const (
	// enoughReads is how many reads below a prefix make it worth a list: up to four of
	// them go out singly.
	enoughReads = 5
	// enoughAtRoot is the same for the root, which is everything that the organisation
	// has: that many reads have to have found no narrower list.
	enoughAtRoot = 33
	// enoughLists is how many lists there have to have been before the root joins them.
	enoughLists = 3
	// A list may be as large as so many secrets for each read below its prefix. One that
	// turns out larger is broken off, and waits until twice as many reads were asked for.
	secretsForEachRead = 500
	bytesForEachRead   = 512 << 10
	mostSecrets        = 100_000
	mostBytes          = 128 << 20
	// mostLists bounds the lists of a region, and one more comes with each secretsForEachList
	// that were asked for. mostFailures bounds those of them that failed.
	mostLists          = 8
	secretsForEachList = 1000
	mostFailures       = 2
	// Lists that turned out too large have bounds of their own. Up to a hundred thousand
	// secrets it takes seven before one is large enough, but directories side by side
	// are tried at the same time: a few more come with what is asked for.
	mostTooLarge           = 16
	secretsForEachTooLarge = 100
)

const root = "/"

// census counts the reads of a region by each directory above the secret, and says
// what to list. It is pure arithmetic.
type census struct {
	asked  map[string]int // secrets that were asked for
	open   map[string]int // those of them that no list has been tried for
	needs  map[string]int // secrets to be asked for before it is tried again
	listed []string       // prefixes that a list has answered for

	lists    int // that were tried, but for those that were too large
	failures int
	tooLarge int
}

func newCensus() census {
	return census{asked: map[string]int{}, open: map[string]int{}, needs: map[string]int{}}
}

// ask counts a secret, once for each. One that a list answers for is not open.
func (c *census) ask(path string, open bool) {
	for _, dir := range directories(path) {
		c.asked[dir]++
		if open {
			c.open[dir]++
		}
	}
}

// choose finds the prefix to list for a secret: the narrowest directory above it
// with enough open reads below.
func (c *census) choose(path string) (prefix string, ok bool) {
	asked := c.asked[root]
	if c.lists >= mostLists+asked/secretsForEachList || c.failures >= mostFailures || c.tooLarge >= mostTooLarge+asked/secretsForEachTooLarge {
		return "", false
	}
	for _, dir := range directories(path) {
		if c.open[dir] >= enough(dir) && c.asked[dir] >= c.needed(dir) {
			return c.widened(dir), true
		}
	}
	return "", false
}

func enough(dir string) int {
	if dir == root {
		return enoughAtRoot
	}
	return enoughReads
}

// needed is how many secrets have to be asked for below a directory, as it holds
// whatever was found too large before.
func (c *census) needed(dir string) int {
	needed := 0
	for failed, n := range c.needs {
		if strings.HasPrefix(failed, dir) {
			needed = max(needed, n)
		}
	}
	return needed
}

// widened goes up to the nearest directory that also holds what was listed before:
// a state with one list beside another most likely has more of them. The root, with
// everything else that it holds, takes more than one.
func (c *census) widened(dir string) string {
	for _, above := range directories(strings.TrimSuffix(dir, root)) {
		if c.asked[above] < c.needed(above) || above == root && (len(c.listed) < enoughLists || c.asked[root] < enoughAtRoot) {
			break
		}
		for _, listed := range c.listed {
			if strings.HasPrefix(listed, above) {
				return above
			}
		}
	}
	return dir
}

// try begins a list: whatever comes of it, the reads below are not open any more.
func (c *census) try(prefix string) {
	c.lists++
	tried := c.open[prefix]
	for dir := range c.open {
		switch {
		case strings.HasPrefix(dir, prefix):
			delete(c.open, dir)
		case strings.HasPrefix(prefix, dir):
			c.open[dir] -= tried
		}
	}
}

// answered notes a list that has come.
func (c *census) answered(prefix string) { c.listed = append(c.listed, prefix) }

// failed puts a list off that did not come.
func (c *census) failed(prefix string) {
	c.failures++
	c.putOff(prefix)
}

// brokenOff puts a list off that was too large.
func (c *census) brokenOff(prefix string) {
	c.lists--
	c.tooLarge++
	c.putOff(prefix)
}

func (c *census) putOff(prefix string) { c.needs[prefix] = 2 * c.asked[prefix] }

// directories are the places above a secret, each ending in a slash, the nearest
// first and the root last.
func directories(path string) []string {
	var dirs []string
	for end := strings.LastIndexByte(path, '/'); end >= 0; end = strings.LastIndexByte(path[:end], '/') {
		dirs = append(dirs, path[:end+1])
	}
	return dirs
}
