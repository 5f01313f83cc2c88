package robustness

import (
	"fmt"
	"strings"

	"github.com/anishathalye/porcupine"
)

// Call is a call of a client in the history of a parallel run.
type Call struct {
	Secret  string
	Kind    Kind
	Version int64 // of a destroy
}

// Kind is the kind of a call.
type Kind string

// The calls that the model of versions knows.
const (
	Put     Kind = "put"
	Destroy Kind = "destroy"
	Read    Kind = "read"
)

// Reply is the result of a call.
type Reply struct {
	Version int64  // the new version of a put
	History string // the history of a read, in the model's letters
	Missing bool   // a destroy did not find the version
	Unknown bool   // the call may or may not have happened
}

// VersionModel is the model of a secret's versions for porcupine: numbers rise without
// a gap, the latest active version is current, and a destroyed version stays destroyed.
// A state has a letter for each version from the first on: "a" active, "c" active and
// current, "d" destroyed. A call of unknown outcome may have happened at any time
// since, or not at all.
func VersionModel() porcupine.Model {
	nondeterministic := porcupine.NondeterministicModel{
		Partition: bySecret,
		Init:      func() []any { return []any{"c"} },
		Step: func(state, input, output any) []any {
			before, _ := state.(string)
			call, _ := input.(Call)
			reply, _ := output.(Reply)
			return step(before, call, reply)
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
	}
	return nondeterministic.ToModel()
}

// step lists the states that a call with this reply may lead to.
func step(before string, call Call, reply Reply) []any {
	if reply.Unknown {
		reply.Unknown = false
		reply.Version = int64(len(before)) + 1
		states := []any{before}
		for _, happened := range step(before, call, reply) {
			if happened != before {
				states = append(states, happened)
			}
		}
		return states
	}
	switch call.Kind {
	case Put:
		if reply.Version == int64(len(before))+1 {
			return []any{mark(before + "a")}
		}
	case Destroy:
		there := call.Version <= int64(len(before))
		if there && !reply.Missing {
			after := []byte(before)
			after[call.Version-1] = 'd'
			return []any{mark(string(after))}
		}
		if !there && reply.Missing {
			return []any{before}
		}
	case Read:
		if reply.History == before {
			return []any{before}
		}
	}
	return nil
}

// mark puts the stage on the latest active version.
func mark(versions string) string {
	versions = strings.ReplaceAll(versions, "c", "a")
	latest := strings.LastIndexByte(versions, 'a')
	if latest < 0 {
		return versions
	}
	return versions[:latest] + "c" + versions[latest+1:]
}

// bySecret splits a history by secret, because secrets are independent of each other.
func bySecret(history []porcupine.Operation) [][]porcupine.Operation {
	parts := map[string][]porcupine.Operation{}
	var order []string
	for _, operation := range history {
		call, _ := operation.Input.(Call)
		if parts[call.Secret] == nil {
			order = append(order, call.Secret)
		}
		parts[call.Secret] = append(parts[call.Secret], operation)
	}
	divided := make([][]porcupine.Operation, len(order))
	for i, secret := range order {
		divided[i] = parts[secret]
	}
	return divided
}
