package diagnostic

import (
	"fmt"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// KeyStatus writes the status of a KMS key for a sentence.
func KeyStatus(k version.Key) string { return strings.ReplaceAll(k.Status, "_", " ") }

// KeyRemedy says how to make a blocked KMS key usable again, as a part of a sentence.
func KeyRemedy(k version.Key) string {
	if k.Status == version.KeyPendingDeletion {
		return "cancel its deletion"
	}
	return "enable the key"
}

// KeyRefusal explains that the key cannot encrypt the value of a requested put.
func KeyRefusal(id string, k version.Key) string {
	return fmt.Sprintf("A new version of %s is planned, but its KMS key %q is %s and cannot encrypt values. Nothing was written. To resolve this: %s. "+
		"To apply the other resources first, name them with -target. To destroy resources, run terraform destroy -refresh=false.", id, k.ID, KeyStatus(k), KeyRemedy(k))
}

// KeyRefusesSecret explains a secret that cannot be created with its key.
func KeyRefusesSecret(k version.Key) string {
	return fmt.Sprintf("The KMS key %q is %s and cannot encrypt values. Nothing was written. %s, or set kms_key_id to another key.", k.ID, KeyStatus(k), sentence(KeyRemedy(k)))
}

// sentence turns the first letter into a capital.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
