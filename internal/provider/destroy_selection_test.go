package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/version"
)

// secretWith is a secret whose versions are active, or destroyed where they are
// negative, the newest first, as the client gives them.
func secretWith(t *testing.T, current int64, versions ...int64) client.Secret {
	t.Helper()
	id, err := secretpath.ParseSecretID("nl-01/app/db")
	if err != nil {
		t.Fatal(err)
	}
	secret := client.Secret{ID: id, CurrentVersion: current, Versions: []client.Version{}}
	for _, number := range versions {
		row := client.Version{Number: max(number, -number), Status: client.VersionActive}
		if number < 0 {
			row.Status = client.VersionDestroyed
		}
		row.Current = row.Number == current
		secret.Versions = append(secret.Versions, row)
	}
	return secret
}

func TestDestructionOf(t *testing.T) {
	t.Parallel()
	superseded := version.Selection{Superseded: true}
	one := func(n int64) version.Selection { return version.Selection{Version: n} }
	allowed := func(n int64) version.Selection { return version.Selection{Version: n, AllowCurrent: true} }
	for name, tc := range map[string]struct {
		secret           client.Secret
		selection        version.Selection
		want             []int64
		refused, nothing string
	}{
		"superseded, oldest first":          {secretWith(t, 4, 4, 3, -2, 1), superseded, []int64{1, 3}, "", ""},
		"superseded, none":                  {secretWith(t, 4, 4, -3), superseded, nil, "", "No active version of nl-01/app/db is older"},
		"superseded, only older than that":  {secretWith(t, 2, 3, 2, 1), superseded, []int64{1}, "", ""},
		"superseded, nothing current":       {secretWith(t, 0, -2, -1), superseded, nil, "", "nothing to destroy"},
		"older":                             {secretWith(t, 3, 3, 2, 1), one(2), []int64{2}, "", ""},
		"older, allowed what need not be":   {secretWith(t, 3, 3, 2, 1), allowed(2), []int64{2}, "", ""},
		"newer than the current":            {secretWith(t, 2, 3, 2, 1), one(3), []int64{3}, "", ""},
		"destroyed before":                  {secretWith(t, 3, 3, -2), one(2), nil, "", "Version 2 of nl-01/app/db was destroyed before"},
		"destroyed before, allowed current": {secretWith(t, 3, 3, -2), allowed(2), nil, "", "destroyed before"},
		"current":                           {secretWith(t, 3, 3, -2, 1), one(3), nil, "Version 3 of nl-01/app/db is current: it is what readers get. Without it, version 1 would be current.", ""},
		"current and only one":              {secretWith(t, 3, 3, -2), one(3), nil, "without it, the secret cannot be read until a value is put", ""},
		"current, not allowed":              {secretWith(t, 3, 3), version.Selection{Version: 3}, nil, "set allow_current = true", ""},
		"current, allowed":                  {secretWith(t, 3, 3, 2), allowed(3), []int64{3}, "", ""},
		"never put":                         {secretWith(t, 3, 3, 2), allowed(4), nil, "nl-01/app/db has no version 4. Its current version is 3.", ""},
		"no history":                        {client.Secret{ID: secretWith(t, 0).ID, CurrentVersion: 3}, one(2), nil, "did not return the history", ""},
		"no history, superseded":            {client.Secret{ID: secretWith(t, 0).ID, CurrentVersion: 3}, superseded, nil, "did not return the history", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := destructionOf(tc.secret, tc.selection)
			if !slices.Equal(got.versions, tc.want) {
				t.Errorf("versions %v, want %v", got.versions, tc.want)
			}
			if !strings.Contains(got.refused, tc.refused) || (got.refused == "") != (tc.refused == "") {
				t.Errorf("refused because %q, want %q in it", got.refused, tc.refused)
			}
			if tc.want == nil && tc.refused == "" && (got.nothing == "" || !strings.Contains(got.nothing, tc.nothing)) {
				t.Errorf("nothing to do because %q, want %q in it", got.nothing, tc.nothing)
			}
		})
	}
}

func TestRemainder(t *testing.T) {
	t.Parallel()
	for want, tc := range map[string]struct{ gone, left []int64 }{
		"\n\nLeft: version 1.":                           {nil, []int64{1}},
		"\n\nDestroyed: version 1. Left: versions 2, 4.": {[]int64{1}, []int64{2, 4}},
	} {
		if got := remainder(tc.gone, tc.left); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNewest(t *testing.T) {
	t.Parallel()
	for want, secret := range map[int64]client.Secret{4: secretWith(t, 3, -4, 3), 7: {CurrentVersion: 7}, 0: {}} {
		if got := historyOf(secret).Newest(); got != want {
			t.Errorf("version %d, want %d", got, want)
		}
	}
}
