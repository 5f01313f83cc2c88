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

// walk is a refresh as the list planner sees it: so many secrets are asked for at a time,
// and a list comes when so many more were asked for, or when nobody can go on without.
type walk struct {
	listPlanner
	atOnce  int
	lasts   int
	exceeds func(prefix string, asked int) bool // its budget; nil: none does

	underWay []*begun // the oldest first
	prefixes []string // of all lists, in the order of their beginning
	single   int
}

// begun is a list under way.
type begun struct {
	prefix  string
	exceeds bool
	waiting int
	age     int
}

func (w *walk) ask(path string) {
	covers := func(prefix string) bool { return strings.HasPrefix(path, prefix) }
	pending := slices.IndexFunc(w.underWay, func(l *begun) bool { return covers(l.prefix) })
	covered := slices.ContainsFunc(w.listed, covers)
	w.recordRead(path)
	if covered {
		return
	}
	if pending >= 0 {
		w.underWay[pending].waiting++
	} else if prefix, ok := w.choose(path); ok {
		asked := w.asked[prefix]
		w.started(prefix)
		w.prefixes = append(w.prefixes, prefix)
		w.underWay = append(w.underWay, &begun{prefix, w.exceeds != nil && w.exceeds(prefix, asked), 1, 0})
	} else {
		w.single++
	}
	for _, l := range w.underWay {
		l.age++
	}
	for w.waiting() >= w.atOnce || len(w.underWay) > 0 && w.underWay[0].age > w.lasts {
		w.settle()
	}
}

func (w *walk) waiting() (n int) {
	for _, l := range w.underWay {
		n += l.waiting
	}
	return n
}

// settle ends the oldest list that is under way.
func (w *walk) settle() {
	l := w.underWay[0]
	w.underWay = w.underWay[1:]
	if l.exceeds {
		w.single += l.waiting
	} else {
		w.succeeded(l.prefix)
	}
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
		exceeds func(string, int) bool
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
		"too large waits":          {numbered(9, "/app/%d"), func(string, int) bool { return true }, []string{"/app/"}},
		"too large, asked again":   {numbered(30, "/app/%d"), func(string, int) bool { return true }, []string{"/app/", "/app/", "/app/"}},
		"too large, narrower": {
			together(numbered(5, "/app/%d/db"), numbered(5, "/app/x/%d")),
			func(prefix string, _ int) bool { return prefix == "/app/" },
			[]string{"/app/", "/app/x/"},
		},
		"too large holds above": {
			together(numbered(5, "/app/x/%d"), numbered(4, "/app/%d")),
			func(string, int) bool { return true },
			[]string{"/app/x/"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk{listPlanner: newListPlanner(), atOnce: 1, exceeds: tc.exceeds}
			for _, path := range tc.asked {
				w.ask(path)
			}
			if !slices.Equal(w.prefixes, tc.want) {
				t.Errorf("listed %q, want %q", w.prefixes, tc.want)
			}
		})
	}
}

// Whatever is asked for in whatever order, a list is only made where enough reads
// were asked for below it and none came for it before. Each takes five reads that no other
// list took, also where many turn out too large.
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
		w := walk{
			listPlanner: newListPlanner(), atOnce: rapid.IntRange(1, 20).Draw(rt, "at once"), lasts: rapid.IntRange(0, 20).Draw(rt, "lasts"),
			exceeds: func(string, int) bool { return rapid.Bool().Draw(rt, "exceeds") },
		}
		for n, path := range paths {
			before, begun := slices.Clone(w.listed), len(w.prefixes)
			w.ask(path)
			for _, prefix := range w.prefixes[begun:] {
				below := 0
				for _, asked := range paths[:n+1] {
					if strings.HasPrefix(asked, prefix) {
						below++
					}
				}
				if below < readsForEachList || prefix == root && below < requestsBeforeRoot || slices.Contains(before, prefix) || !strings.HasPrefix(path, prefix) {
					rt.Fatalf("%q was listed for %q after %d reads below it and the lists %q", prefix, path, below, before)
				}
			}
		}
		if len(w.prefixes)*readsForEachList > len(paths) {
			rt.Fatalf("%d reads made the lists %q", len(paths), w.prefixes)
		}
		for dir, n := range w.open {
			if n < 0 || n > w.asked[dir] {
				rt.Fatalf("%d of %d reads below %q are open", n, w.asked[dir], dir)
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
				w := walk{listPlanner: newListPlanner(), atOnce: 1}
				for _, path := range paths {
					w.ask(path)
				}
				t.Logf("%d lists and %d single reads", len(w.prefixes), w.single)
				if len(w.prefixes) > 8 || len(w.prefixes)+w.single > 40 {
					t.Errorf("%d lists and %d single reads are too many", len(w.prefixes), w.single)
				}
			})
		}
	}
}

// A state of a hundred thousand secrets is answered by lists, although many of them
// have to be broken off before one may be as large as that takes. As Terraform asks
// for several secrets at a time, directories side by side are found too large at once.
func TestListsReachALargeState(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]func(i int) string{
		"flat":  func(i int) string { return fmt.Sprintf("/app/%d", i) },
		"teams": func(i int) string { return fmt.Sprintf("/app/team-%d/%d", i%20, i) },
		"apps":  func(i int) string { return fmt.Sprintf("/org/team-%d/app-%d/%d", i%20, i%400, i) },
		"many":  func(i int) string { return fmt.Sprintf("/org/team-%d/%d", i%200, i) },
		"top":   func(i int) string { return fmt.Sprintf("/team-%d/%d", i%50, i) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			below := map[string]int{}
			for i := range 100_000 {
				for _, dir := range directories(path(i)) {
					below[dir]++
				}
			}
			rapid.Check(t, func(rt *rapid.T) {
				w := walk{
					listPlanner: newListPlanner(), atOnce: rapid.IntRange(1, 100).Draw(rt, "at once"), lasts: rapid.IntRange(0, 100).Draw(rt, "lasts"),
					exceeds: func(prefix string, asked int) bool { return below[prefix] > min(asked*secretsForEachRead, mostSecrets) },
				}
				for i := range 10_000 { // By then all is listed.
					w.ask(path(i))
				}
				if len(w.prefixes) > 50 || w.single > 1500 {
					rt.Errorf("%d lists and %d single reads are too many: %q", len(w.prefixes), w.single, w.prefixes)
				}
			})
		})
	}
}

// A steady refresh costs a handful of requests, as Terraform asks for ten secrets at a time.
func TestRequestsOfAFleet(t *testing.T) {
	t.Parallel()
	for secrets, most := range map[int]int{100: 5, 1000: 5, 3000: 30, 10_000: 36, 30_000: 90, 100_000: 400} {
		t.Run(fmt.Sprint(secrets), func(t *testing.T) {
			t.Parallel()
			for _, lasts := range []int{0, 3, 10, 30} {
				w := walk{
					listPlanner: newListPlanner(), atOnce: 10, lasts: lasts,
					exceeds: func(_ string, asked int) bool { return secrets > min(asked*secretsForEachRead, mostSecrets) },
				}
				for _, path := range numbered(secrets, "/app/%d") {
					w.ask(path)
				}
				t.Logf("a list that lasts %d reads: %d lists and %d single reads", lasts, len(w.prefixes), w.single)
				if len(w.prefixes)+w.single > most {
					t.Errorf("%d requests, want at most %d", len(w.prefixes)+w.single, most)
				}
			}
		})
	}
}

// Reads that waited for a list count toward another list only if theirs was broken off.
func TestReadsThatWaited(t *testing.T) {
	t.Parallel()
	for answered, want := range map[bool]string{true: "", false: "/org/"} {
		p := newListPlanner()
		for _, path := range numbered(5, "/org/a/%d") {
			p.recordRead(path)
		}
		p.started("/org/a/")
		for _, path := range numbered(10, "/org/a/waits-%d") {
			p.recordRead(path)
		}
		if answered {
			p.succeeded("/org/a/")
		}
		p.recordRead("/org/b")
		if prefix, _ := p.choose("/org/b"); prefix != want {
			t.Errorf("answered %v: %q is listed for a read beside it, want %q", answered, prefix, want)
		}
	}
}
