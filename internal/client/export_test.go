package client

import (
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// RootCAsWithin is RootCAs for a caller with less time.
var RootCAsWithin = rootCAs

// JustSeen is a guard whose caller has read the secret a moment ago, with versions up
// to newest, so that the first attempt at a change is sent without a look.
func JustSeen(id secretpath.SecretID, newest int64) Guard {
	secret := Secret{ID: id, CurrentVersion: newest, readAt: time.Now()}
	for ; newest > 0; newest-- {
		secret.Versions = append(secret.Versions, Version{Number: newest, Status: VersionActive, Current: newest == secret.CurrentVersion})
	}
	return Guard{Seen: secret}
}
