package acctest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/provider"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/tfserver"
)

// Answered counts how the requests of a kind were answered.
type Answered struct {
	// Fast is how many the fast path answered, and Full how many it left to the framework.
	Fast, Full int
}

// Answers counts the requests about resources in all tests of this process: all of them,
// those that the fast path answered, and those that the framework answered otherwise.
var Answers struct{ All, Fast, Differing atomic.Int64 }

// comparing makes every provider of a test answer in both ways. Benchmarks measure the
// provider as it is.
func (s *Server) comparing() []provider.Option {
	if _, isBenchmark := s.t.(*testing.B); isBenchmark {
		return nil
	}
	return []provider.Option{provider.WithWatchedAnswers(s.compare)}
}

// compare fails the test where the two answers to a request differ in anything.
func (s *Server) compare(a tfserver.Answers) {
	Answers.All.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered == nil {
		s.answered = map[string]Answered{}
	}
	kind := a.Method + " " + a.Type
	count := s.answered[kind]
	if a.Fast == nil {
		count.Full++
		s.answered[kind] = count
		return
	}
	count.Fast++
	s.answered[kind] = count
	Answers.Fast.Add(1)
	if difference := DifferenceOf(a); difference != "" {
		Answers.Differing.Add(1)
		s.t.Errorf("%s: the fast path and the framework answer otherwise: %s", kind, difference)
	}
}

// Answered are the counts since the last call, by method and type of resource.
func (s *Server) Answered() map[string]Answered {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := maps.Clone(s.answered)
	s.answered = nil
	return counts
}

// DifferenceOf compares every field of two answers. Values are compared as Terraform
// decodes them, because one may be JSON.
func DifferenceOf(a tfserver.Answers) string {
	state, identity, err := typesOf(a.Type)
	if err != nil {
		return err.Error()
	}
	fast, full := reflect.ValueOf(a.Fast).Elem(), reflect.ValueOf(a.Full).Elem()
	for i := range fast.NumField() {
		one, other := fast.Field(i).Interface(), full.Field(i).Interface()
		same := reflect.DeepEqual(one, other)
		switch one := one.(type) {
		case *tfprotov6.DynamicValue:
			other, _ := other.(*tfprotov6.DynamicValue)
			same = isSameValue(state, one, other)
		case *tfprotov6.ResourceIdentityData:
			other, _ := other.(*tfprotov6.ResourceIdentityData)
			same = one != nil && other != nil && isSameValue(identity, one.IdentityData, other.IdentityData)
		}
		if !same {
			return fmt.Sprintf("%s: %s and %s", fast.Type().Field(i).Name, shownAnswer(state, one), shownAnswer(state, other))
		}
	}
	return ""
}

func isSameValue(typ tftypes.Type, a, b *tfprotov6.DynamicValue) bool {
	if a == nil || b == nil {
		return a == b
	}
	one, err := a.Unmarshal(typ)
	other, errOther := b.Unmarshal(typ)
	return err == nil && errOther == nil && one.Equal(other)
}

func shownAnswer(state tftypes.Type, field any) string {
	if value, ok := field.(*tfprotov6.DynamicValue); ok && value != nil {
		if decoded, err := value.Unmarshal(state); err == nil {
			return Render(decoded)
		}
	}
	return fmt.Sprintf("%+v", field)
}

// typesOf are the types of a resource's state and identity.
func typesOf(typeName string) (state, identity tftypes.Type, err error) {
	schemas, err := servedSchemas()
	if err != nil {
		return nil, nil, err
	}
	return schemas.states[typeName].ValueType(), schemas.identities[typeName].ValueType(), nil
}

type resourceSchemas struct {
	states     map[string]*tfprotov6.Schema
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// servedSchemas asks a provider for the schemas of its resources, once for all tests.
var servedSchemas = sync.OnceValues(func() (resourceSchemas, error) {
	server := provider.NewServer("test")()
	schemas, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return resourceSchemas{}, err
	}
	identities, err := server.GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return resourceSchemas{}, err
	}
	return resourceSchemas{schemas.ResourceSchemas, identities.IdentitySchemas}, nil
})
