package diagnostic

import (
	"fmt"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// KeyStatus writes the status of a KMS key as it stands in a sentence.
func KeyStatus(k version.Key) string { return strings.ReplaceAll(k.Status, "_", " ") }

// KeyRemedy says what makes a blocked KMS key usable again. It begins in lower case, to
// stand in a sentence that is about the key.
func KeyRemedy(k version.Key) string {
	if k.Status == version.KeyPendingDeletion {
		return "cancel its deletion"
	}
	return "enable the key"
}

// KeyRefusal explains a put that was asked for and that the key refuses.
func KeyRefusal(id string, k version.Key) string {
	return fmt.Sprintf("A new version of %s is planned, but its KMS key %q is %s and cannot encrypt values. Nothing was written. To resolve this: %s. "+
		"To apply the other resources first, name them with -target. To destroy resources, run terraform destroy -refresh=false.", id, k.ID, KeyStatus(k), KeyRemedy(k))
}

// KeyRefusesSecret explains a secret that cannot be created with its key.
func KeyRefusesSecret(k version.Key) string {
	return fmt.Sprintf("The KMS key %q is %s and cannot encrypt values. Nothing was written. %s, or set kms_key_id to another key.", k.ID, KeyStatus(k), sentence(KeyRemedy(k)))
}

// KeyBlocks explains a request that the service refused because of the key, which name
// names: "The KMS key "kms-1"".
func KeyBlocks(name string, k version.Key) string {
	return fmt.Sprintf("%s is %s. %s and try again.", name, KeyStatus(k), sentence(KeyRemedy(k)))
}

// sentence begins a sentence with a text.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
