package diagnostic

import (
	"fmt"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// StaleDetail explains why something was not done to the secret with the given id: did
// is the change, such as "put a value into".
func StaleDetail(did, id string, stale *version.StaleError) string {
	return fmt.Sprintf("The provider did not %s %s. %s Nothing was sent. It is safe to plan again. The next plan shows the secret as it is now.",
		did, id, staleCause(id, stale))
}

// staleCause says what has changed since the decision.
func staleCause(id string, stale *version.StaleError) string {
	switch stale.Reason {
	case version.OtherLife:
		return fmt.Sprintf("Since the plan, the secret %s was deleted and created again, so it is a different secret now.", id)
	case version.LifeUnknown:
		return fmt.Sprintf("The service does not say when the secret %s was created, so it may be a different secret than the one in the state.", id)
	case version.NewerVersion:
		return fmt.Sprintf("Since the plan, another client put version %d.", stale.Version)
	case version.VersionCurrent:
		return fmt.Sprintf("Since the plan, version %d became the current version, which readers get.", stale.Version)
	case version.VersionInUse:
		return fmt.Sprintf("Since the plan, version %d was read, or retention keeps it again.", stale.Version)
	case version.VersionOther:
		return fmt.Sprintf("The history does not hold version %d as the state knows it.", stale.Version)
	case version.Contradiction:
		return "The service names another current version than its history shows, so the provider destroys nothing."
	}
	return "The secret has changed since the plan."
}
