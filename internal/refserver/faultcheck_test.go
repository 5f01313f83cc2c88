package refserver_test

import (
	"math"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestMistakesInFaultRules(t *testing.T) {
	const status = refserver.ActionStatus
	for _, tc := range []struct {
		fault   refserver.Fault
		mistake string
	}{
		{refserver.Fault{}, "the action is missing"},
		{refserver.Fault{Action: "explode"}, `unknown action "explode"`},
		{refserver.Fault{Action: "truncate", Operation: "put"}, `unknown operation "put"`},
		{refserver.Fault{Action: "truncate", Operation: "unknown"}, `unknown operation "unknown"`},
		{refserver.Fault{Action: "truncate", Path: "app/db"}, `path "app/db" must start with "/" or "*"`},
		{refserver.Fault{Action: "truncate", Operation: "getKMSKey", Path: "/app"}, "getKMSKey has no secret's path"},
		{refserver.Fault{Action: "truncate", Operation: "issueToken", Path: "*"}, "issueToken has no secret's path"},
		{refserver.Fault{Action: "truncate", Operation: "issueToken", Principal: "ci"}, "issueToken has no principal"},
		{refserver.Fault{Action: "truncate", Nth: -1}, "nth is negative"},
		{refserver.Fault{Action: "truncate", Times: -1}, "times is negative"},
		{refserver.Fault{Action: "truncate", Probability: 1.1}, "at most 1, not 1.1"},
		{refserver.Fault{Action: "truncate", Probability: -0.1}, "above 0"},
		{refserver.Fault{Action: "truncate", Probability: math.NaN()}, "not NaN"},
		{refserver.Fault{Action: status}, "status must be from 200 to 599, not 0"},
		{refserver.Fault{Action: status, Status: 101}, "not 101"},
		{refserver.Fault{Action: "status_after_commit", Status: 600}, "not 600"},
		{refserver.Fault{Action: status, Status: 500, Body: "xml"}, `unknown body "xml"`},
		{refserver.Fault{Action: status, Status: 204}, `body must be "empty"`},
		{refserver.Fault{Action: status, Status: 304, Body: "html"}, `body must be "empty"`},
		{refserver.Fault{Action: status, Status: 429, RetryAfter: "soon"}, "retryAfter must be"},
		{refserver.Fault{Action: status, Status: 429, RetryAfter: "-1"}, "retryAfter must be"},
		{refserver.Fault{Action: status, Status: 429, RetryAfter: "date:"}, "retryAfter must be"},
		{refserver.Fault{Action: "truncate", Status: 500}, `action "truncate" has no use for status`},
		{refserver.Fault{Action: "stall", Body: "html"}, `action "stall" has no use for body`},
		{refserver.Fault{Action: "delay", Delay: "1s", RetryAfter: "1"}, `action "delay" has no use for retryAfter`},
		{refserver.Fault{Action: "delay"}, `action "delay" needs a delay`},
		{refserver.Fault{Action: "delay_commit"}, `action "delay_commit" needs a delay`},
		{refserver.Fault{Action: "delay", Delay: "1"}, "delay must be a duration"},
		{refserver.Fault{Action: "stall", Delay: "-1s"}, "delay must be a duration"},
		{refserver.Fault{Action: status, Status: 500, Delay: "1s"}, `action "status" has no use for delay`},
		{refserver.Fault{Action: "redirect"}, "location must be"},
		{refserver.Fault{Action: "redirect", Location: "/elsewhere"}, "location must be"},
		{refserver.Fault{Action: "redirect", Location: "ftp://example.org"}, "location must be"},
		{refserver.Fault{Action: "garbage", Location: "https://example.org"}, `action "garbage" has no use for location`},
		{refserver.Fault{Action: "stale"}, `action "stale" needs the operation getSecret, listSecrets or browseSecrets`},
		{refserver.Fault{Action: "stale", Operation: "getSecretValue"}, `action "stale" needs the operation`},
	} {
		tc.fault.Name = "its name"
		err := refserver.Config{Faults: []refserver.Fault{{Action: "garbage"}, tc.fault}}.Validate()
		if err == nil || !strings.Contains(err.Error(), tc.mistake) || !strings.HasPrefix(err.Error(), "fault rule 2 (its name): ") {
			t.Errorf("%+v: %v, want %s", tc.fault, err, tc.mistake)
		}
	}
}

func TestParseFaults(t *testing.T) {
	faults, err := refserver.ParseFaults([]byte(`[
		{"name":"n","operation":"putSecretValue","path":"/app/*","principal":"ci","nth":1,"times":2,"probability":0.5,
		 "action":"status","status":429,"body":"html","retryAfter":"date:3"},
		{"action":"delay","delay":"3s"}, {"action":"redirect","location":"https://example.org"}]`))
	if err != nil || len(faults) != 3 {
		t.Fatalf("%+v, %v", faults, err)
	}
	if want := (refserver.Fault{
		Name: "n", Operation: "putSecretValue", Path: "/app/*", Principal: "ci", Nth: 1, Times: 2, Probability: 0.5,
		Action: refserver.ActionStatus, Status: 429, Body: "html", RetryAfter: "date:3",
	}); faults[0] != want || faults[1].Delay != "3s" || faults[2].Location != "https://example.org" {
		t.Errorf("%+v", faults)
	}
	if faults, err := refserver.ParseFaults([]byte(`[]`)); err != nil || len(faults) != 0 {
		t.Errorf("%+v, %v", faults, err)
	}
	for text, mistake := range map[string]string{
		``:                     "not a JSON array of fault rules",
		`null`:                 "not a JSON array of fault rules: null",
		`{"action":"garbage"}`: "not a JSON array of fault rules",
		`[] []`:                "not a JSON array of fault rules",
		`[{"action":"garbage"},{"action":"garbage","odds":1}]`: `fault rule 2: json: unknown field "odds"`,
		`[{"action":"garbage","nth":"1"}]`:                     "fault rule 1: json: cannot unmarshal string",
		`[{"action":"garbage"},null]`:                          "fault rule 2: the action is missing",
	} {
		if faults, err := refserver.ParseFaults([]byte(text)); err == nil || !strings.Contains(err.Error(), mistake) || faults != nil {
			t.Errorf("%s: %+v, %v, want %s", text, faults, err, mistake)
		}
	}
}
