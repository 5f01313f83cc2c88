package client

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// A token that is kept shows nowhere, not even where fmt looks through pointers
// because the verb does not fit.
func TestKeptTokenIsPrintedNowhere(t *testing.T) {
	t.Parallel()
	const token = "eyJ.kept"
	c := &issued{ask: func(context.Context) (*oauth2.Token, error) { return &oauth2.Token{AccessToken: token}, nil }}
	if authorization, err := c.get(t.Context()); err != nil || authorization != "Bearer "+token {
		t.Fatalf("got %q, %v", authorization, err)
	}
	type holder struct{ hidden *issued }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		for _, v := range []any{c, holder{c}, &holder{c}} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, token) || strings.Contains(text, fmt.Sprintf("%x", token)) {
				t.Errorf("%s of a %T shows it: %s", verb, v, text)
			}
		}
	}
}

// A caller whose token another caller has replaced already does not discard the new
// one.
func TestRenewKeepsANewerToken(t *testing.T) {
	t.Parallel()
	asked := 0
	c := &issued{ask: func(context.Context) (*oauth2.Token, error) {
		asked++
		return &oauth2.Token{AccessToken: fmt.Sprint(asked)}, nil
	}}
	for _, refused := range []string{"Bearer 0", "Bearer 1", "Bearer 1"} {
		if _, err := c.Authorization(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !c.renew(refused) {
			t.Errorf("there is nothing new after %q", refused)
		}
	}
	if authorization, err := c.Authorization(t.Context()); err != nil || authorization != "Bearer 2" || asked != 2 {
		t.Errorf("got %q, %v, asked %d times", authorization, err, asked)
	}
}
