package inventory

import (
	"maps"
	"reflect"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// disagrees reports that an entry shows something else of a secret than a single read does, or
// less, although it is not newer.
func disagrees(entry, secret client.Secret) bool {
	switch {
	case entry.ObjectVersion > secret.ObjectVersion:
		return false
	case !sameTime(entry.CreatedAt, secret.CreatedAt),
		entry.CurrentVersion != secret.CurrentVersion,
		entry.ObjectVersion > 0 && entry.ObjectVersion != secret.ObjectVersion,
		entry.Description != secret.Description,
		!maps.Equal(entry.Labels, secret.Labels),
		!maps.Equal(entry.Annotations, secret.Annotations),
		entry.KMSKey.Identity != secret.KMSKey.Identity,
		entry.KMSKey.Status != secret.KMSKey.Status:
		return true
	}
	return !reflect.DeepEqual(conditions(entry.AccessPolicy), conditions(secret.AccessPolicy))
}

// sameTime allows for times that were rounded to the second.
func sameTime(a, b time.Time) bool {
	return a.IsZero() == b.IsZero() && a.Sub(b).Abs() < time.Second
}

// conditions are those of a policy, none for no policy.
func conditions(policy *client.AccessPolicy) []client.Condition {
	if policy == nil || len(policy.Conditions) == 0 {
		return nil
	}
	return policy.Conditions
}
