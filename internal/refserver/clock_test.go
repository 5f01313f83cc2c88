package refserver

import (
	"testing"
	"time"
)

func TestAFrozenClockMovesOnlyWhenSet(t *testing.T) {
	start := time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("", 3600))
	c := NewClock(start)
	if now := c.Now(); !now.Equal(start) || now.Location() != time.UTC {
		t.Errorf("now %v", now)
	}
	c.Advance(90 * time.Minute)
	if now := c.Now(); !now.Equal(start.Add(90 * time.Minute)) {
		t.Errorf("advanced to %v", now)
	}
	c.Set(start)
	if now := c.Now(); !now.Equal(start) {
		t.Errorf("set to %v", now)
	}
}

func TestARunningClockRunsOnAfterItIsSet(t *testing.T) {
	c := RealClock()
	before := time.Now()
	if now := c.Now(); now.Sub(before).Abs() > time.Minute {
		t.Errorf("now %v", now)
	}
	target := before.Add(1000 * time.Hour)
	c.Set(target)
	c.Advance(time.Hour)
	if d := c.Now().Sub(target); d < time.Hour || d > time.Hour+time.Minute {
		t.Errorf("%v after the target", d)
	}
	c.realign()
	if now := c.Now(); time.Until(now).Abs() > time.Minute {
		t.Errorf("realigned to %v", now)
	}
}
