package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/diagnostic"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// Private state is what the provider remembers beside the attributes. Values are
// JSON and always encoded the same way, because a changed byte counts as drift.

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
		diags.Append(diagnostic.StatePrivateUnreadable.With(fmt.Sprintf(
			"What the provider remembers of this resource (%s) cannot be read: %v. Was the state written by a newer version of the provider? "+
				"Upgrade the provider, or remove the resource from the state and import it.", key, err)))
	}
	return value, diags
}

// hasPrivate reports that a key is there, whatever its value.
func hasPrivate(ctx context.Context, private privateReader, key string) (bool, diag.Diagnostics) {
	raw, diags := private.GetKey(ctx, key)
	return len(raw) > 0, diags
}

// writePrivate encodes value under a key.
func writePrivate(ctx context.Context, private privateWriter, key string, value any) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diagnostic.StatePrivateWriteFailed.With(fmt.Sprintf("%s: %v", key, err))}
	}
	return private.SetKey(ctx, key, raw)
}

const (
	privateManaged = "managed"
	privateVerdict = "verdict"
)

// readRecord reads what is remembered of a managed version.
func readRecord(ctx context.Context, private privateReader) (version.Record, diag.Diagnostics) {
	record, diags := readPrivate[version.Record](ctx, private, privateManaged)
	seen, more := readPrivate[version.Observation](ctx, private, privateVerdict)
	diags.Append(more...)
	record.Seen = seen
	return record, diags
}

// writeRecord writes what is remembered of a managed version. It is the same that the next
// refresh would write, or that refresh would look like drift.
func writeRecord(ctx context.Context, private privateWriter, record version.Record) diag.Diagnostics {
	diags := writePrivate(ctx, private, privateManaged, record)
	diags.Append(writePrivate(ctx, private, privateVerdict, record.Seen)...)
	return diags
}

// leavesAsIs reports that a refresh that writes this state and private state would
// change nothing, not even a byte.
func leavesAsIs[M any](ctx context.Context, req resource.ReadRequest, state *M, private map[string]any) bool {
	next := req.State
	if set(ctx, &next, state).HasError() || !next.Raw.Equal(req.State.Raw) {
		return false
	}
	for key, value := range private {
		raw, err := json.Marshal(value)
		had, diags := req.Private.GetKey(ctx, key)
		if err != nil || diags.HasError() || !bytes.Equal(raw, had) {
			return false
		}
	}
	return true
}
