package provider_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// yearFleet is twenty secrets of one directory, which a list answers for, rotated
// every thirty days.
const yearFleet = `
resource "thalassasecrets_secret" "all" {
  count      = 20
  path       = "/app/${count.index}"
  kms_key_id = "` + acctest.KMSKey + `"
}

resource "thalassasecrets_secret_version" "all" {
  count     = 20
  secret_id = thalassasecrets_secret.all[count.index].id
  generate  = { byte_length = 32 }
  rotation  = { after = "30d" }
  retention = { keep = 1, min_idle = "10d" }
}
`

// TestYearOfRotations lives a year on the server's clock with the provider as it is
// built, whose own clock shows something else: everything happens on the days by the
// service's calendar, and on no other.
func TestYearOfRotations(t *testing.T) {
	t.Parallel()
	t.Run("as built", func(t *testing.T) {
		t.Parallel()
		s := acctest.NewServer(t)
		liveAYear(t, s, acctest.NewWorkspace(t, s).Built(), 12)
	})
	t.Run("ten years ahead", func(t *testing.T) {
		t.Parallel()
		s := acctest.NewServer(t)
		s.SkewClock(10 * 365 * oneDay)
		liveAYear(t, s, acctest.NewWorkspace(t, s), 12)
	})
	t.Run("ten years behind", func(t *testing.T) {
		t.Parallel()
		s := acctest.NewServer(t)
		s.SkewClock(-10 * 365 * oneDay)
		liveAYear(t, s, acctest.NewWorkspace(t, s), 2)
	})
}

// liveAYear goes through cycles of thirty days. Each cycle a reader reads the version
// before the current one of two secrets on the 25th day, so that it is idle only on the
// 35th, five days after the next rotation.
func liveAYear(t *testing.T, s *acctest.Server, w *acctest.Workspace, cycles int) {
	t.Helper()
	w.Write("main.tf", yearFleet)
	w.Apply()
	begin := s.Clock().Now()
	current := int64(2) // Version 1 was the placeholder.
	// on applies on a day of the service's calendar, which has to make these requests.
	on := func(cycle, day, puts, destroys int) {
		t.Helper()
		s.Clock().Set(begin.Add(time.Duration(30*cycle+day) * oneDay))
		s.Mark()
		w.ApplyOnly()
		if calls := s.Calls(); calls["putSecretValue"] != puts || calls["destroySecretVersion"] != destroys || calls["listSecrets"] == 0 {
			t.Fatalf("day %d of cycle %d: %v, want %d puts, %d destroyed and a list", day, cycle, calls, puts, destroys)
		}
	}
	for cycle := range cycles {
		if cycle > 0 { // In the first there is no version before.
			s.Clock().Set(begin.Add(time.Duration(30*cycle+25) * oneDay))
			for i := range 2 {
				s.Reveal(fmt.Sprintf("nl-01/app/%d", i), current-1)
			}
		}
		on(cycle, 29, 0, 0)
		read, idle := 0, 0
		if cycle > 0 {
			read, idle = 2, 18
		}
		on(cycle, 30, 20, idle)
		current++
		on(cycle, 34, 0, 0)
		on(cycle, 35, 0, read)
		for i := range 20 {
			if got, want := s.ActiveVersions(fmt.Sprintf("nl-01/app/%d", i)), []int64{current, current - 1}; !slices.Equal(got, want) {
				t.Fatalf("cycle %d: secret %d has the active versions %v, want %v", cycle, i, got, want)
			}
		}
	}
}
