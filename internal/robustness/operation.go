package robustness

// Operation is a change that a run makes with Terraform.
type Operation string

// The operations, named after their request.
const (
	CreateSecret Operation = "createSecret"
	PutValue     Operation = "putSecretValue, value"
	PutGenerated Operation = "putSecretValue, generated"
	DestroyOld   Operation = "destroySecretVersion"
	ChangePolicy Operation = "updateAccessPolicy"
	DeleteSecret Operation = "deleteSecret"
)

// Operations are all operations, in the order of the table.
func Operations() []Operation {
	return []Operation{CreateSecret, PutValue, PutGenerated, DestroyOld, ChangePolicy, DeleteSecret}
}

// request is the name of the operation's request.
func (o Operation) request() string {
	switch o {
	case PutValue, PutGenerated:
		return "putSecretValue"
	case CreateSecret, DestroyOld, ChangePolicy, DeleteSecret:
	}
	return string(o)
}

// puts reports an operation that puts a new version.
func (o Operation) puts() bool { return o == PutValue || o == PutGenerated }
