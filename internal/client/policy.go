package client

import (
	"context"
	"net/http"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// AccessPolicy gates reading and putting values. A matching deny refuses; where
// there are allow conditions, at least one must match.
type AccessPolicy struct {
	Conditions []Condition
}

// Condition is one rule of an access policy, of type ip (with CIDRs) or time
// (with hours and a time zone).
type Condition struct {
	Type      string
	Effect    string
	CIDRs     []string
	StartHour *int
	EndHour   *int
	Timezone  string
}

// UpdateAccessPolicy replaces the access policy of a secret; nil clears it.
func (c *Client) UpdateAccessPolicy(ctx context.Context, id secretpath.SecretID, policy *AccessPolicy, guards Guard) (Secret, error) {
	if err := checkID(id); err != nil {
		return Secret{}, err
	}
	body := struct {
		// A null is sent, and clears: no omitempty.
		AccessPolicy *wirePolicy `json:"accessPolicy"`
	}{policy.wire()}
	update := request{
		operation: "updateAccessPolicy", kind: kindReplace, method: http.MethodPut, path: secretPath(id) + "/policy", subject: id.Path.String(), body: body,
		guard: &guard{Guard: guards, id: id},
	}
	secret, _, err := send(ctx, c, update, readSecret(id))
	return secret, err
}

type wirePolicy struct {
	Conditions wireConditions `json:"conditions"`
}

// Hours are pointers: hour 0 is midnight and has to be sent.
type wireCondition struct {
	Type      string       `json:"type"`
	Effect    string       `json:"effect"`
	CIDRs     wireNetworks `json:"cidrs,omitempty"`
	StartHour *int         `json:"startHour,omitempty"`
	EndHour   *int         `json:"endHour,omitempty"`
	Timezone  string       `json:"timezone,omitempty"`
}

func (p *AccessPolicy) wire() *wirePolicy {
	if p == nil {
		return nil
	}
	w := &wirePolicy{Conditions: make([]wireCondition, 0, len(p.Conditions))}
	for _, condition := range p.Conditions {
		w.Conditions = append(w.Conditions, wireCondition{
			condition.Type, condition.Effect, condition.CIDRs, condition.StartHour, condition.EndHour, condition.Timezone,
		})
	}
	return w
}

func (w *wirePolicy) policy() *AccessPolicy {
	if w == nil {
		return nil
	}
	p := &AccessPolicy{Conditions: make([]Condition, 0, len(w.Conditions))}
	for _, condition := range w.Conditions {
		p.Conditions = append(p.Conditions, Condition{
			condition.Type, condition.Effect, condition.CIDRs, condition.StartHour, condition.EndHour, condition.Timezone,
		})
	}
	return p
}
