package provider_test

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// mutant is a fast path with a mistake. It returns its answer to a request, nil where it
// leaves the request to the framework.
type mutant func(rt *rapid.T, w *bendingWorld, req bentRequest, both tfserver.Answers) any

// mutants are the mistakes that the tests have to find. One that overlooks something is the
// fast path itself, which is asked about the request without that.
var mutants = map[string]mutant{
	"does not check the owner": overlooks(func(b *bentRequest) {
		if b.state != nil {
			b.state["organisation_id"] = tftypes.NewValue(tftypes.String, acctest.Organisation)
			b.state["project_id"] = tftypes.NewValue(tftypes.String, nil)
		}
	}),
	"keeps a moved key":                  overlooks(func(b *bentRequest) { delete(b.private, "moved") }),
	"keeps an announcement":              overlooks(func(b *bentRequest) { delete(b.private, "announced") }),
	"keeps a framework's key":            overlooks(func(b *bentRequest) { delete(b.private, ".import_before_read") }),
	"does not write private state again": overlooks(func(b *bentRequest) { b.spaced = false }),
	"does not compare identities":        overlooks(func(b *bentRequest) { b.identity = nil }),
	"keeps a write-only value in the state": overlooks(func(b *bentRequest) {
		for _, name := range writeOnlyAttributes {
			if typ := b.object.AttributeTypes[name]; typ != nil && b.state != nil {
				b.state[name] = tftypes.NewValue(typ, nil)
			}
		}
	}),
	"does not compare the proposed state": overlooks(func(b *bentRequest) {
		if b.method == "plan" && b.state != nil {
			b.proposed = b.state
		}
	}),
	"does not apply defaults": overlooks(func(b *bentRequest) {
		for _, name := range defaultedAttributes {
			if b.config != nil && b.proposed != nil && b.object.AttributeTypes[name] != nil {
				b.config[name] = b.proposed[name]
			}
		}
	}),
	"does not ask for write-only arguments": overlooks(func(b *bentRequest) { b.capable = true }),
	"does not say a word": func(_ *rapid.T, _ *bendingWorld, _ bentRequest, both tfserver.Answers) any {
		switch full := both.Full.(type) {
		case *tfprotov6.ReadResourceResponse:
			silent := *full
			silent.Diagnostics = nil
			return &silent
		case *tfprotov6.PlanResourceChangeResponse:
			silent := *full
			silent.Diagnostics = nil
			return &silent
		}
		return nil
	},
	"does not return an identity": func(_ *rapid.T, _ *bendingWorld, _ bentRequest, both tfserver.Answers) any {
		read, ok := both.Fast.(*tfprotov6.ReadResourceResponse)
		if !ok {
			return nil
		}
		nameless := *read
		nameless.NewIdentity = nil
		return &nameless
	},
}

// overlooks is the fast path that is asked about a request without what it overlooks, and
// answers the request with that.
func overlooks(what func(*bentRequest)) mutant {
	return func(rt *rapid.T, w *bendingWorld, req bentRequest, _ tfserver.Answers) any {
		without := req.clone()
		what(&without)
		whole, original := without.whole(rt), req.whole(rt)
		if reflect.DeepEqual(whole, original) {
			return nil
		}
		answer := w.ask(rt, whole).Fast
		switch answer := answer.(type) {
		case *tfprotov6.ReadResourceResponse:
			if read, ok := original.(*tfprotov6.ReadResourceRequest); ok {
				answer.NewState, answer.Private = read.CurrentState, read.Private
			}
		case *tfprotov6.PlanResourceChangeResponse:
			if plan, ok := original.(*tfprotov6.PlanResourceChangeRequest); ok {
				answer.PlannedState, answer.PlannedPrivate = plan.PriorState, plan.PriorPrivate
				if plan.PriorIdentity != nil {
					answer.PlannedIdentity = plan.PriorIdentity
				}
			}
		}
		return answer
	}
}
