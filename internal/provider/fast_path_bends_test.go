package provider_test

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"
)

// bentRequest is a request to read, plan or validate a resource, in parts that can be
// changed one by one. A read has only a state, and a validation only a configuration.
type bentRequest struct {
	method, typeName string
	object           tftypes.Object
	state            map[string]tftypes.Value
	proposed         map[string]tftypes.Value
	config           map[string]tftypes.Value
	private          map[string][]byte
	spaced           bool // private state is written in another way
	identity         *tfprotov6.ResourceIdentityData
	capable          bool // of write-only arguments
}

// parts takes a request apart.
func parts(rt *rapid.T, req any, schemas *tfprotov6.GetProviderSchemaResponse) bentRequest {
	b := bentRequest{capable: true}
	var state, proposed, config *tfprotov6.DynamicValue
	var private []byte
	switch req := req.(type) {
	case *tfprotov6.ReadResourceRequest:
		b.method, b.typeName, state, private, b.identity = "read", req.TypeName, req.CurrentState, req.Private, req.CurrentIdentity
	case *tfprotov6.PlanResourceChangeRequest:
		b.method, b.typeName, state, private, b.identity = "plan", req.TypeName, req.PriorState, req.PriorPrivate, req.PriorIdentity
		proposed, config = req.ProposedNewState, req.Config
	case *tfprotov6.ValidateResourceConfigRequest:
		b.method, b.typeName, config = "validate", req.TypeName, req.Config
	}
	b.object, _ = schemas.ResourceSchemas[b.typeName].ValueType().(tftypes.Object)
	for from, into := range map[*tfprotov6.DynamicValue]*map[string]tftypes.Value{state: &b.state, proposed: &b.proposed, config: &b.config} {
		if from == nil {
			continue
		}
		value, err := from.Unmarshal(b.object)
		if err == nil && !value.IsNull() {
			err = value.As(into)
		}
		if err != nil {
			rt.Fatal(err)
		}
	}
	if len(private) > 0 {
		if err := json.Unmarshal(private, &b.private); err != nil {
			rt.Fatal(err)
		}
	}
	return b
}

// clone can be bent without its original.
func (b bentRequest) clone() bentRequest {
	b.state, b.proposed, b.config, b.private = maps.Clone(b.state), maps.Clone(b.proposed), maps.Clone(b.config), maps.Clone(b.private)
	return b
}

// whole puts a request together.
func (b bentRequest) whole(rt *rapid.T) any {
	dynamic := func(attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
		value := tftypes.NewValue(b.object, nil)
		if attributes != nil {
			value = tftypes.NewValue(b.object, attributes)
		}
		raw, err := tfprotov6.NewDynamicValue(b.object, value)
		if err != nil {
			rt.Fatal(err)
		}
		return &raw
	}
	var private []byte
	if len(b.private) > 0 {
		var err error
		if private, err = json.Marshal(b.private); err != nil {
			rt.Fatal(err)
		}
	}
	if b.spaced {
		private = append(private, ' ')
	}
	switch b.method {
	case "read":
		return &tfprotov6.ReadResourceRequest{TypeName: b.typeName, CurrentState: dynamic(b.state), Private: private, CurrentIdentity: b.identity}
	case "plan":
		return &tfprotov6.PlanResourceChangeRequest{
			TypeName: b.typeName, PriorState: dynamic(b.state), PriorPrivate: private, PriorIdentity: b.identity,
			ProposedNewState: dynamic(b.proposed), Config: dynamic(b.config),
		}
	}
	return &tfprotov6.ValidateResourceConfigRequest{
		TypeName: b.typeName, Config: dynamic(b.config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: b.capable},
	}
}

// Attributes that are bent more often than others, because something depends on them.
var (
	writeOnlyAttributes = []string{"secret_string_wo", "secret_binary_wo", "secret_key_values_wo", "initial_value"}
	defaultedAttributes = []string{"deletion_protection", "on_external_version", "deletion_policy"}
	ownerAttributes     = []string{"organisation_id", "project_id"}
)

// bend changes something about a request at random.
func (b *bentRequest) bend(rt *rapid.T) {
	switch rapid.SampledFrom([]string{"known", "known", "known", "known", "private", "identity", "write-only", "attribute", "attribute"}).Draw(rt, "bend") {
	case "known":
		b.bendKnown(rt)
	case "private":
		b.bendPrivate(rapid.SampledFrom([]string{"gone", "broken"}).Draw(rt, "private"))
	case "identity":
		b.bendIdentity(rt)
	case "write-only":
		name := b.pick(rt, writeOnlyAttributes)
		if rapid.Bool().Draw(rt, "in the state") {
			b.set(rt, name, b.state)
		} else {
			b.set(rt, name, b.config, b.proposed)
		}
	case "attribute":
		into := [][]map[string]tftypes.Value{{b.state}, {b.proposed}, {b.config}, {b.config, b.proposed}, {b.state, b.proposed}, {b.state, b.proposed, b.config}}
		b.set(rt, b.pick(rt, slices.Sorted(maps.Keys(b.object.AttributeTypes))), rapid.SampledFrom(into).Draw(rt, "where")...)
	}
}

// bendKnown makes a change that a mistake would overlook, and nothing else.
func (b *bentRequest) bendKnown(rt *rapid.T) {
	switch kind := rapid.SampledFrom([]string{"owner", "moved", "announced", "announced", "announced", ".import_before_read", "spaced", "another identity", "another identity", "another identity", "a stored value", "default", "incapable"}).Draw(rt, "known"); kind {
	case "owner":
		other := tftypes.NewValue(tftypes.String, "another")
		b.put(b.pick(rt, ownerAttributes), other, b.state, b.proposed)
	case "another identity":
		b.identity = anotherIdentity(rt)
	case "a stored value":
		b.put("secret_string_wo", tftypes.NewValue(tftypes.String, "v"), b.state)
	case "default":
		for name, value := range map[string]any{"deletion_protection": false, "on_external_version": "ignore", "deletion_policy": "destroy"} {
			if typ := b.object.AttributeTypes[name]; typ != nil {
				b.put(name, tftypes.NewValue(typ, value), b.state, b.proposed)
				b.put(name, tftypes.NewValue(typ, nil), b.config)
			}
		}
	case "incapable":
		b.capable = false
	default:
		b.bendPrivate(kind)
	}
}

// put gives an attribute a value wherever a request has it.
func (b *bentRequest) put(name string, value tftypes.Value, into ...map[string]tftypes.Value) {
	for _, attributes := range into {
		if attributes != nil && b.object.AttributeTypes[name] != nil {
			attributes[name] = value
		}
	}
}

// pick draws one of the names that the resource has.
func (b *bentRequest) pick(rt *rapid.T, names []string) string {
	return rapid.SampledFrom(slices.DeleteFunc(slices.Clone(names), func(name string) bool { return b.object.AttributeTypes[name] == nil })).Draw(rt, "attribute")
}

// set gives an attribute any value. A state knows all values.
func (b *bentRequest) set(rt *rapid.T, name string, into ...map[string]tftypes.Value) {
	b.put(name, anyValue(rt, b.object.AttributeTypes[name]), into...)
	if b.state != nil && !b.state[name].IsFullyKnown() {
		b.state[name] = tftypes.NewValue(b.object.AttributeTypes[name], nil)
	}
}

// bendPrivate changes a key, or how private state is written.
func (b *bentRequest) bendPrivate(kind string) {
	if b.private == nil {
		b.private = map[string][]byte{}
	}
	switch kind {
	case "moved":
		b.private[kind] = []byte(`{}`)
	case "announced":
		b.private[kind] = []byte(`"nl-01/app/0@2"`)
	case ".import_before_read":
		b.private[kind] = []byte(`true`)
	case "spaced":
		b.spaced = true
	default:
		for key := range b.private {
			if delete(b.private, key); kind == "broken" {
				b.private[key] = []byte(`{"format":99}`)
			}
		}
	}
}

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"region": tftypes.String, "path": tftypes.String}}

// bendIdentity takes the identity away.
func (b *bentRequest) bendIdentity(rt *rapid.T) {
	b.identity = nil
	if rapid.Bool().Draw(rt, "null") {
		b.identity = identity(rt, tftypes.NewValue(identityType, nil))
	}
}

// anotherIdentity is that of another secret.
func anotherIdentity(rt *rapid.T) *tfprotov6.ResourceIdentityData {
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	return identity(rt, tftypes.NewValue(identityType, map[string]tftypes.Value{"region": text("nl-01"), "path": text("/another")}))
}

func identity(rt *rapid.T, value tftypes.Value) *tfprotov6.ResourceIdentityData {
	raw, err := tfprotov6.NewDynamicValue(identityType, value)
	if err != nil {
		rt.Fatal(err)
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &raw}
}

// anyValue is any value of a type: null, unknown, or one that may mean something.
func anyValue(rt *rapid.T, typ tftypes.Type) tftypes.Value {
	switch rapid.IntRange(0, 5).Draw(rt, "kind of value") {
	case 0:
		return tftypes.NewValue(typ, nil)
	case 1:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		attributes := map[string]tftypes.Value{}
		for _, name := range slices.Sorted(maps.Keys(typ.AttributeTypes)) {
			attributes[name] = anyValue(rt, typ.AttributeTypes[name])
		}
		return tftypes.NewValue(typ, attributes)
	case tftypes.Map:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"a": anyValue(rt, typ.ElementType)})
	case tftypes.List:
		return tftypes.NewValue(typ, []tftypes.Value{anyValue(rt, typ.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(typ, []tftypes.Value{anyValue(rt, typ.ElementType)})
	}
	switch {
	case typ.Is(tftypes.Number):
		return tftypes.NewValue(typ, rapid.Int64Range(0, 40).Draw(rt, "number"))
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, rapid.Bool().Draw(rt, "bool"))
	}
	return tftypes.NewValue(typ, rapid.SampledFrom([]string{"", "x", "v", "1", "30d", "1h", "ignore", "destroy", "keep", "nl-01", "/app/0", "nl-01/app/0", "o-other", "active"}).Draw(rt, "text"))
}
