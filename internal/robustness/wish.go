package robustness

// Wish is what somebody wants of Terraform, one at a time.
type Wish string

// The wishes, by the write that fulfils each.
const (
	CreateSecret Wish = "createSecret"
	PutValue     Wish = "putSecretValue, value"
	PutGenerated Wish = "putSecretValue, generated"
	DestroyOld   Wish = "destroySecretVersion"
	ChangePolicy Wish = "updateAccessPolicy"
	DeleteSecret Wish = "deleteSecret"
)

// Wishes are all of them, in the order of the table.
func Wishes() []Wish {
	return []Wish{CreateSecret, PutValue, PutGenerated, DestroyOld, ChangePolicy, DeleteSecret}
}

// operation is the request that the wish needs.
func (w Wish) operation() string {
	switch w {
	case PutValue, PutGenerated:
		return "putSecretValue"
	case CreateSecret, DestroyOld, ChangePolicy, DeleteSecret:
	}
	return string(w)
}

// puts reports a wish for a new version.
func (w Wish) puts() bool { return w == PutValue || w == PutGenerated }
