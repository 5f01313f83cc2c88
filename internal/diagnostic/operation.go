package diagnostic

// Operation is what the provider tried to do with a secret.
type Operation int

// The operations. The put of a value is three of them, because what to do after a failure depends
// on where its version would have been recorded.
const (
	Read Operation = iota
	List
	Reveal
	Create
	Put       // by a resource that has a state
	FirstPut  // by a resource that has none yet
	ActionPut // by an action, which never has one
	UpdatePolicy
	Destroy
	Delete
	operationCount
)

// puts are the operations that put a value.
var puts = []Operation{Put, FirstPut, ActionPut}

// operations has for each operation how a sentence names it, with the permission that the service
// asks for.
var operations = [operationCount]struct{ words, permission string }{
	Read:         {"read", "read"},
	List:         {"list the secrets below", "list"},
	Reveal:       {"reveal version {version} of", "getSecretValue"},
	Create:       {"create", "create"},
	Put:          {"put a value into", "putSecretValue"},
	FirstPut:     {"put a value into", "putSecretValue"},
	ActionPut:    {"put a value into", "putSecretValue"},
	UpdatePolicy: {"change the access policy of", "update"},
	Destroy:      {"destroy version {version} of", "delete"},
	Delete:       {"delete", "delete"},
}
