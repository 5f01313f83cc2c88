package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Private state is what the provider remembers beside the attributes. Values are
// JSON and always encoded the same way, because a changed byte counts as drift. No plan
// writes a key but "announced": what a plan writes is saved even if the apply fails.

// The keys of a thalassasecrets_secret_version.
const (
	// privateVersion is the version.Record of the managed version. Import, move, create,
	// update and refresh write it. Every method reads it. It goes with the resource.
	privateVersion = "version"
	// privateAnnounced is the id of the version that a plan has said will be destroyed with
	// the resource, such as "nl-01/app/db@4". The plan of a destroy and of a replacement by
	// another secret writes it, because what such a plan returns is what Delete gets. Delete
	// reads it, and destroys no other version. Every other plan clears it, and a refresh that
	// finds the resource gone: a Delete that failed may have left it in the state.
	privateAnnounced = "announced"
	// privateManaged and privateVerdict are the record as commits before format 1 wrote it.
	// readRecord reads them where there is no privateVersion, and writeRecord clears them.
	privateManaged = "managed"
	privateVerdict = "verdict"
)

// The keys of a thalassasecrets_secret.
const (
	// privateSecret is the secretRecord of a managed secret. The create, the update and the
	// refresh write it. Every method reads it, also the plan of the create half of a
	// replacement, which gets no state. A refresh that finds the secret gone clears it.
	privateSecret = "secret"
	// privateProtected, privateDefaultLabels and privateMark are the record as commits before
	// format 1 wrote it. readSecretRecord reads them where there is no privateSecret, and
	// writeSecretRecord clears them.
	privateProtected     = "protected"
	privateDefaultLabels = "default_labels"
	privateMark          = "creation_mark"
)

// privateMoved is of both resources: what a moved state says of where its secret lives. A
// move writes it, the first refresh reads it and clears it.
const privateMoved = "moved"

// privateReader is the private state of any request.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// privateWriter is the private state of any response.
type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// readPrivate decodes a key into the zero value of T where there is none.
func readPrivate[T any](ctx context.Context, private privateReader, key string) (T, diag.Diagnostics) {
	var value T
	raw, diags := private.GetKey(ctx, key)
	if len(raw) == 0 || diags.HasError() {
		return value, diags
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		diags.Append(unreadablePrivate(key, err))
	}
	return value, diags
}

func unreadablePrivate(key string, err error) diag.Diagnostic {
	return diagnostic.StatePrivateUnreadable.With(fmt.Sprintf(
		"The provider cannot read its private state of this resource (%s): %v. A newer version of the provider may have written it. "+
			"Upgrade the provider, or remove the resource from the state and import it.", key, err))
}

// hasPrivate reports that one of the keys is there, with any value.
func hasPrivate(ctx context.Context, private privateReader, keys ...string) (has bool, diags diag.Diagnostics) {
	for _, key := range keys {
		raw, more := private.GetKey(ctx, key)
		diags.Append(more...)
		has = has || len(raw) > 0
	}
	return has, diags
}

// writePrivate encodes value under a key.
func writePrivate(ctx context.Context, private privateWriter, key string, value any) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diagnostic.StatePrivateWriteFailed.With(fmt.Sprintf("%s: %v", key, err))}
	}
	return private.SetKey(ctx, key, raw)
}

// clearPrivate takes keys out.
func clearPrivate(ctx context.Context, private privateWriter, keys ...string) (diags diag.Diagnostics) {
	for _, key := range keys {
		diags.Append(private.SetKey(ctx, key, nil)...)
	}
	return diags
}

// readRecord reads what is remembered of a managed version. One of an earlier commit is
// converted here; it stays in the state as it is until something else is written.
func readRecord(ctx context.Context, private privateReader) (record version.Record, diags diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, privateVersion)
	former, more := private.GetKey(ctx, privateManaged)
	diags.Append(more...)
	seen, more := private.GetKey(ctx, privateVerdict)
	diags.Append(more...)
	if diags.HasError() {
		return record, diags
	}
	key, err := privateVersion, json.Unmarshal(raw, &record)
	if len(raw) == 0 {
		key = privateManaged
		record, err = version.FormerRecord(former, seen)
	}
	if err == nil && record.Fingerprint != nil {
		err = json.Unmarshal(record.Fingerprint, &fingerprint{})
	}
	if err != nil {
		diags.Append(unreadablePrivate(key, err))
	}
	return record, diags
}

// hasRecord reports that there is private state of a managed version.
func hasRecord(ctx context.Context, private privateReader) (bool, diag.Diagnostics) {
	return hasPrivate(ctx, private, privateVersion, privateManaged)
}

// writeRecord writes what is remembered of a managed version. It is the same that the next
// refresh would write, or that refresh would look like drift.
func writeRecord(ctx context.Context, private privateWriter, record version.Record) diag.Diagnostics {
	diags := writePrivate(ctx, private, privateVersion, record)
	diags.Append(clearPrivate(ctx, private, privateManaged, privateVerdict)...)
	return diags
}
