package refserver

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // Policies name time zones, and not every machine has them.
)

// policy is the access policy of a secret. It gates the reading and writing of
// values, nothing else.
type policy struct {
	Conditions []condition `json:"conditions"`
}

// condition is one rule of a policy. Which fields it has depends on its type.
type condition struct {
	Type      string   `json:"type"`
	Effect    string   `json:"effect"`
	CIDRs     []string `json:"cidrs,omitempty"`
	StartHour *int     `json:"startHour,omitempty"`
	EndHour   *int     `json:"endHour,omitempty"`
	Timezone  string   `json:"timezone,omitempty"`
}

const (
	typeIP      = "ip"
	typeTime    = "time"
	effectAllow = "allow"
	effectDeny  = "deny"
)

// policyError is a mistake in a policy. It is a separate type so that decodeBody can
// find it in the error of the JSON decoder.
type policyError struct{ text string }

func (e *policyError) Error() string { return "invalid access policy: " + e.text }

// UnmarshalJSON reads a policy and refuses an invalid one. Unknown fields are ignored:
// older clients send statements, which have no effect.
func (p *policy) UnmarshalJSON(b []byte) error {
	type plain policy // without this method
	var read plain
	if err := json.Unmarshal(b, &read); err != nil {
		return &policyError{"it must be an object whose conditions are a list of objects with the documented types"}
	}
	for i, c := range read.Conditions {
		if text := c.fault(); text != "" {
			return &policyError{fmt.Sprintf("conditions[%d]: %s", i, text)}
		}
	}
	if read.Conditions == nil {
		read.Conditions = []condition{}
	}
	*p = policy(read)
	return nil
}

// fault says what is wrong with the condition, or nothing.
func (c condition) fault() string {
	if c.Effect != effectAllow && c.Effect != effectDeny {
		return fmt.Sprintf(`effect must be "allow" or "deny", not %q`, c.Effect)
	}
	switch c.Type {
	case typeIP:
		if len(c.CIDRs) == 0 {
			return "an ip condition needs cidrs"
		}
		for _, cidr := range c.CIDRs {
			if _, err := netip.ParsePrefix(cidr); err != nil {
				return fmt.Sprintf("%q is not a CIDR", cidr)
			}
		}
	case typeTime:
		if !isHour(c.StartHour) || !isHour(c.EndHour) {
			return "a time condition needs startHour and endHour, each a whole hour from 0 to 23"
		}
		if _, err := c.location(); err != nil {
			return fmt.Sprintf("%q is not a known time zone", c.Timezone)
		}
	default:
		return fmt.Sprintf(`type must be "ip" or "time", not %q`, c.Type)
	}
	return ""
}

func isHour(hour *int) bool { return hour != nil && *hour >= 0 && *hour <= 23 }

// location is the condition's time zone; none given means UTC. The name Local
// would mean the server's own zone, which callers cannot know.
func (c condition) location() (*time.Location, error) {
	if c.Timezone == "Local" {
		return nil, fmt.Errorf("%q is not a time zone", c.Timezone)
	}
	location, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	return location, nil
}

// clone copies the policy with everything it points to; nil stays nil.
func (p *policy) clone() *policy {
	if p == nil {
		return nil
	}
	c := &policy{Conditions: append([]condition{}, p.Conditions...)}
	for i := range c.Conditions {
		c.Conditions[i].CIDRs = slices.Clone(c.Conditions[i].CIDRs)
	}
	return c
}

// evaluate decides whether a caller at ip may touch a value at the time now. A
// matching deny condition always wins; if there are allow conditions one of
// them must match. The reason is empty where the answer is yes.
func evaluate(p *policy, ip netip.Addr, now time.Time) (allowed bool, reason string) {
	if p == nil {
		return true, ""
	}
	var missed []string
	permitted := false
	for _, c := range p.Conditions {
		switch matched := c.matches(ip, now); {
		case matched && c.Effect == effectDeny:
			return false, "a deny condition matches: " + c.describe()
		case c.Effect == effectAllow:
			permitted = permitted || matched
			missed = append(missed, c.describe())
		}
	}
	if !permitted && len(missed) > 0 {
		return false, "no allow condition matches: " + strings.Join(missed, ", ")
	}
	return true, ""
}

func (c condition) matches(ip netip.Addr, now time.Time) bool {
	if c.Type == typeIP {
		return slices.ContainsFunc(c.CIDRs, func(cidr string) bool {
			prefix, err := netip.ParsePrefix(cidr)
			return err == nil && prefix.Contains(ip)
		})
	}
	location, err := c.location()
	if err != nil {
		return false
	}
	hour, start, end := now.In(location).Hour(), *c.StartHour, *c.EndHour
	if start < end {
		return start <= hour && hour < end
	}
	// The window spans midnight; equal hours are the whole day.
	return hour >= start || hour < end
}

func (c condition) describe() string {
	if c.Type == typeIP {
		return "ip in " + strings.Join(c.CIDRs, ", ")
	}
	zone := c.Timezone
	if zone == "" {
		zone = "UTC"
	}
	return fmt.Sprintf("time from %02d:00 to %02d:00 %s", *c.StartHour, *c.EndHour, zone)
}
