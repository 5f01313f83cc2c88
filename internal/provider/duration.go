package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

const day = 24 * time.Hour

// parseDuration reads a positive Go duration that may begin with whole days, such
// as "30d", "1d12h" or "90m". A day is 24 hours.
func parseDuration(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	if days, after, found := strings.Cut(s, "d"); found {
		n, err := strconv.ParseUint(days, 10, 32)
		if err != nil || n > uint64(maxDuration/day) {
			return 0, errors.New(`must be a duration such as "30d", "12h" or "1d12h"`)
		}
		total, rest = time.Duration(n)*day, after
	}
	if strings.ContainsAny(rest, "+-") {
		return 0, errors.New("must not have a sign")
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return 0, errors.New(`must be a duration such as "30d", "12h" or "1d12h"`)
		}
		total += d
	}
	if total <= 0 {
		return 0, errors.New("must be longer than nothing")
	}
	return total, nil
}

const maxDuration = time.Duration(1<<63 - 1)

// durationValidator holds an attribute to what parseDuration reads.
type durationValidator struct{}

func (durationValidator) Description(context.Context) string {
	return `a duration such as "30d", "12h" or "1d12h"`
}

func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (durationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isSet(req) {
		return
	}
	if _, err := parseDuration(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("%s: %q %v.", req.Path, req.ConfigValue.ValueString(), err))
	}
}
