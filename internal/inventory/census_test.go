package inventory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDirectories(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]string{
		"/db":          {"/"},
		"/app/db":      {"/app/", "/"},
		"/app/prod/db": {"/app/prod/", "/app/", "/"},
	} {
		if got := directories(path); !slices.Equal(got, want) {
			t.Errorf("above %s are %q, want %q", path, got, want)
		}
	}
}

// asks lets a census count the paths as they are asked for and returns what it
// lists, each list coming at once unless it is too large.
func asks(c *census, tooLarge func(prefix string) bool, paths ...string) (lists []string) {
	for _, path := range paths {
		covered := slices.ContainsFunc(c.listed, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
		c.ask(path, !covered)
		if covered {
			continue
		}
		if prefix, ok := c.choose(path); ok {
			c.try(prefix)
			lists = append(lists, prefix)
			if tooLarge != nil && tooLarge(prefix) {
				c.brokenOff(prefix)
			} else {
				c.answered(prefix)
			}
		}
	}
	return lists
}

func numbered(n int, format string) []string {
	paths := make([]string, n)
	for i := range paths {
		paths[i] = fmt.Sprintf(format, i)
	}
	return paths
}

func TestWhatIsListed(t *testing.T) {
	t.Parallel()
	together := func(groups ...[]string) []string { return slices.Concat(groups...) }
	for name, tc := range map[string]struct {
		asked   []string
		failing func(string) bool
		want    []string
	}{
		"a small state":            {numbered(4, "/app/%d"), nil, nil},
		"five of a directory":      {numbered(9, "/app/%d"), nil, []string{"/app/"}},
		"five that share a parent": {numbered(9, "/app/%d/db"), nil, []string{"/app/"}},
		"the narrowest":            {numbered(9, "/org/app/prod/%d"), nil, []string{"/org/app/prod/"}},
		"the next directory too":   {together(numbered(9, "/a/%d"), numbered(9, "/b/%d")), nil, []string{"/a/", "/b/"}},
		"a neighbour widens":       {together(numbered(9, "/org/a/%d"), numbered(9, "/org/b/%d"), numbered(9, "/org/c/%d")), nil, []string{"/org/a/", "/org/"}},
		"few of many":              {together(numbered(4, "/a/%d"), numbered(4, "/b/%d"), numbered(4, "/c/%d")), nil, nil},
		"right below the root":     {numbered(40, "/db-%d"), nil, []string{"/"}},
		"everywhere":               {numbered(40, "/team-%d/db"), nil, []string{"/"}},
		"too large waits":          {numbered(9, "/app/%d"), func(string) bool { return true }, []string{"/app/"}},
		"too large, asked again":   {numbered(30, "/app/%d"), func(string) bool { return true }, []string{"/app/", "/app/", "/app/"}},
		"too large, narrower": {
			together(numbered(5, "/app/%d/db"), numbered(5, "/app/x/%d")),
			func(prefix string) bool { return prefix == "/app/" },
			[]string{"/app/", "/app/x/"},
		},
		"too large holds above": {
			together(numbered(5, "/app/x/%d"), numbered(4, "/app/%d")),
			func(string) bool { return true },
			[]string{"/app/x/"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCensus()
			if got := asks(&c, tc.failing, tc.asked...); !slices.Equal(got, tc.want) {
				t.Errorf("listed %q, want %q", got, tc.want)
			}
		})
	}
}

// Whatever is asked for in whatever order, a list is only made where enough reads
// were asked for below it and none came for it before.
func TestListsAreWorthIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var paths []string
		for i := range rapid.IntRange(1, 60).Draw(rt, "secrets") {
			depth := rapid.IntRange(0, 3).Draw(rt, "depth")
			path := ""
			for range depth {
				path += "/" + rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "directory")
			}
			paths = append(paths, fmt.Sprintf("%s/%d", path, i))
		}
		c := newCensus()
		for n, path := range paths {
			before := slices.Clone(c.listed)
			for _, prefix := range asks(&c, nil, path) {
				below := 0
				for _, asked := range paths[:n+1] {
					if strings.HasPrefix(asked, prefix) {
						below++
					}
				}
				if below < enough(prefix) || prefix == root && below < enoughAtRoot || slices.Contains(before, prefix) || !strings.HasPrefix(path, prefix) {
					rt.Fatalf("%q was listed for %q after %d reads below it and the lists %q", prefix, path, below, before)
				}
			}
		}
		for dir, n := range c.open {
			if n < 0 || n > c.asked[dir] {
				rt.Fatalf("%d of %d reads below %q are open", n, c.asked[dir], dir)
			}
		}
	})
}

// However a state is laid out, almost all of it is answered by few lists.
func TestListsConverge(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]func(i int) string{
		"flat":       func(i int) string { return fmt.Sprintf("/app/%d", i) },
		"teams":      func(i int) string { return fmt.Sprintf("/org/team-%d/%d", i%50, i) },
		"apps":       func(i int) string { return fmt.Sprintf("/org/team-%d/app-%d/db", i%20, i) },
		"by stage":   func(i int) string { return fmt.Sprintf("/%s/team-%d/%d", []string{"prod", "test", "dev"}[i%3], i%7, i) },
		"top level":  func(i int) string { return fmt.Sprintf("/team-%d/%d", i%50, i) },
		"deep":       func(i int) string { return fmt.Sprintf("/a/b%d/c%d/d%d/e%d/%d", i%2, i%4, i%8, i%16, i) },
		"root alone": func(i int) string { return fmt.Sprintf("/secret-%d", i) },
	} {
		for _, order := range []string{"sorted", "shuffled"} {
			t.Run(name+" "+order, func(t *testing.T) {
				t.Parallel()
				paths := make([]string, 1000)
				for i := range paths {
					paths[i] = path(i)
				}
				slices.Sort(paths)
				if order == "shuffled" {
					random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // The test is repeatable.
					random.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
				}
				c := newCensus()
				lists, single := 0, 0
				for _, path := range paths {
					covered := slices.ContainsFunc(c.listed, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
					made := asks(&c, nil, path)
					lists += len(made)
					if !covered && len(made) == 0 {
						single++
					}
				}
				t.Logf("%d lists and %d single reads", lists, single)
				if lists > mostLists || lists+single > 40 {
					t.Errorf("%d lists and %d single reads are too many", lists, single)
				}
			})
		}
	}
}

// A state of a hundred thousand secrets is answered by lists, although many of them
// have to be broken off before one may be as large as that takes.
func TestListsReachALargeState(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]func(i int) string{
		"flat":  func(i int) string { return fmt.Sprintf("/app/%d", i) },
		"teams": func(i int) string { return fmt.Sprintf("/app/team-%d/%d", i%20, i) },
		"apps":  func(i int) string { return fmt.Sprintf("/org/team-%d/app-%d/%d", i%20, i%400, i) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const secrets = 100_000
			below := map[string]int{}
			for i := range secrets {
				for _, dir := range directories(path(i)) {
					below[dir]++
				}
			}
			c := newCensus()
			lists, single := 0, 0
			for i := range secrets {
				covered := slices.ContainsFunc(c.listed, func(prefix string) bool { return strings.HasPrefix(path(i), prefix) })
				made := asks(&c, func(prefix string) bool {
					return below[prefix] > min(c.asked[prefix]*secretsForEachRead, mostSecrets)
				}, path(i))
				lists += len(made)
				if !covered && len(made) == 0 {
					single++
				}
			}
			t.Logf("%d lists and %d single reads", lists, single)
			if lists > 2*mostLists+mostTooLarge || single > 1000 {
				t.Errorf("%d lists and %d single reads are too many", lists, single)
			}
		})
	}
}
