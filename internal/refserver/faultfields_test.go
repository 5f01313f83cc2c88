package refserver_test

import (
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func TestMistakesInTheFieldsOfARule(t *testing.T) {
	t.Parallel()
	for rule, mistake := range map[string]string{ //nolint:gosec // Rules, no credentials.
		`{"action":"status","status":404,"location":"https://example.org"}`: "location belongs to a status from 300 to 399, not 404",
		`{"action":"status","status":302,"location":"elsewhere"}`:           "location must be an http or https URL",
		`{"action":"status","status":302,"body":"original"}`:                `body "original" is for status_after_commit alone`,
		`{"action":"status_after_commit","status":302,"body":"xml"}`:        `must be json, truncated, other_json, html, text, empty or original`,
		`{"action":"status","status":429,"retryAfter":"+3"}`:                "retryAfter must be a number of seconds",
		`{"action":"status","status":429,"retryAfter":"date:03"}`:           "retryAfter must be a number of seconds",

		`{"action":"commit_after_answer","status":504}`:                                 "needs exactly one of delay, serverClockDelay and afterRequests",
		`{"action":"commit_after_answer","status":504,"delay":"1s","afterRequests":1}`:  "needs exactly one of",
		`{"action":"commit_after_answer","status":504,"afterRequests":-1}`:              "afterRequests is negative: -1",
		`{"action":"commit_after_answer","status":504,"serverClockDelay":"soon"}`:       "serverClockDelay must be a duration",
		`{"action":"commit_after_answer","status":99,"delay":"1s"}`:                     "status must be from 200 to 599",
		`{"action":"commit_after_answer","body":"html","delay":"1s"}`:                   "without a status resets the connection",
		`{"action":"status","status":504,"afterRequests":1}`:                            `action "status" has no use for afterRequests`,
		`{"action":"delay","serverClockDelay":"1s","delay":"1s"}`:                       `action "delay" has no use for serverClockDelay`,
		`{"action":"wrong_version","version":"current"}`:                                `action "wrong_version" needs the operation putSecretValue`,
		`{"action":"wrong_version","operation":"putSecretValue"}`:                       `action "wrong_version" needs a version`,
		`{"action":"wrong_version","operation":"putSecretValue","version":"+1"}`:        "version must be a number such as",
		`{"action":"wrong_version","operation":"putSecretValue","version":"current+"}`:  "version must be a number such as",
		`{"action":"wrong_version","operation":"putSecretValue","version":"current1"}`:  "version must be a number such as",
		`{"action":"wrong_version_after_commit","operation":"getSecret","version":"1"}`: "needs the operation putSecretValue",
		`{"action":"wrong_current_version","operation":"putSecretValue","version":"1"}`: "needs the operation getSecret, listSecrets or browseSecrets",
		`{"action":"drop_version_row","operation":"getSecret","version":"latest"}`:      "version must be a number such as",
		`{"action":"drop_version_row","operation":"listSecrets"}`:                       "needs the operation getSecret",
		`{"action":"drop_field"}`:                                                                                                               `action "drop_field" needs a field`,
		`{"action":"drop_field","field":"created_at"}`:                                                                                          `no answer has the field "created_at"`,
		`{"action":"garbage","field":"createdAt"}`:                                                                                              `action "garbage" has no use for field`,
		`{"action":"omit_secret","operation":"listSecrets"}`:                                                                                    `action "omit_secret" needs an omittedPath`,
		`{"action":"omit_secret","operation":"listSecrets","omittedPath":"app"}`:                                                                `omittedPath "app" must start with`,
		`{"action":"omit_secret","operation":"getSecret","omittedPath":"/app"}`:                                                                 "needs the operation listSecrets or browseSecrets",
		`{"action":"change_date"}`:                                                                                                              `action "change_date" needs a date or an age`,
		`{"action":"change_date","date":"0s"}`:                                                                                                  "date must be",
		`{"action":"change_date","date":"yesterday"}`:                                                                                           "date must be",
		`{"action":"change_date","date":"1000000h"}`:                                                                                            "at most ten years",
		`{"action":"change_date","age":"-1"}`:                                                                                                   "age must be a number of seconds",
		`{"action":"garbage","date":"-5m"}`:                                                                                                     `action "garbage" has no use for date`,
		`{"action":"garbage","otherClient":{"operation":"deleteSecret"}}`:                                                                       `action "garbage" has no use for otherClient`,
		`{"action":"other_client","otherClient":{"operation":"deleteSecret"}}`:                                                                  "needs an operation with a region",
		`{"action":"other_client","operation":"issueToken"}`:                                                                                    "needs an operation with a region",
		`{"action":"other_client","operation":"getSecret"}`:                                                                                     `otherClient: unknown operation ""`,
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"put"}}`:                                                   `otherClient: unknown operation "put"`,
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"getSecret"}}`:                                             `otherClient: unknown operation "getSecret"`,
		`{"action":"other_client","operation":"listSecrets","otherClient":{"operation":"deleteSecret"}}`:                                        "otherClient needs a path, because listSecrets is not about one secret",
		`{"action":"other_client","operation":"listKMSKeys","otherClient":{"operation":"disableKMSKey"}}`:                                       "otherClient needs a path",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"deleteSecret","when":"never"}}`:                           `when must be "before" or "after", not "never"`,
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"deleteSecret","text":"x"}}`:                               "deleteSecret has no use for text",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"putSecretValue","version":"1"}}`:                          "putSecretValue has no use for version",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"getSecretValue","version":"last"}}`:                       "otherClient: version must be",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"deleteSecret","path":"/a/../b"}}`:                         `path "/a/../b" is not the path of a secret`,
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"deleteSecret","path":"app"}}`:                             `path "app" is not the path of a secret`,
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"disableKMSKey","kmsKeyIdentity":"a/b"}}`:                  "cannot travel in a URL",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"updateAccessPolicy"}}`:                                    "accessPolicy is missing; null removes the policy",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"updateAccessPolicy","accessPolicy":{"conditions":[{}]}}}`: "accessPolicy: invalid access policy",
		`{"action":"other_client","operation":"getSecret","otherClient":{"operation":"deleteSecret","odds":1}}`:                                 `unknown field "odds"`,
	} {
		faults, err := refserver.ParseFaults([]byte("[" + rule + "]"))
		if err == nil || faults != nil || !strings.Contains(err.Error(), mistake) || !strings.HasPrefix(err.Error(), "fault rule 1: ") {
			t.Errorf("%s: %+v, %v, want %s", rule, faults, err, mistake)
		}
	}
}

// The rules that the documentation shows, read and set as users do.
func TestRulesOfEveryNewKind(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{
		`{"operation":"putSecretValue","action":"wrong_version","version":"current"}`,
		`{"operation":"putSecretValue","action":"wrong_version_after_commit","version":"current+5"}`,
		`{"operation":"browseSecrets","action":"wrong_current_version","version":"7"}`,
		`{"operation":"getSecret","action":"drop_version_row"}`,
		`{"action":"drop_field","field":"createdAt"}`,
		`{"operation":"listSecrets","action":"omit_secret","omittedPath":"/app/*"}`,
		`{"action":"truncate_json"}`,
		`{"action":"change_date","date":"-10m","age":"600"}`,
		`{"operation":"getSecret","action":"stale","date":"-1m","age":"60"}`,
		`{"action":"status","status":302,"body":"empty","location":"https://login.example.org/"}`,
		`{"action":"commit_after_answer","status":504,"retryAfter":"1","afterRequests":2}`,
		`{"action":"commit_after_answer","delay":"250ms"}`,
		`{"action":"commit_after_answer","serverClockDelay":"2h"}`,
		`{"operation":"getSecret","action":"other_client","otherClient":{"operation":"updateAccessPolicy","accessPolicy":null}}`,
		`{"operation":"listSecrets","action":"other_client","otherClient":{"operation":"putSecretValue","when":"after","principal":"colleague","path":"/app/db","text":"theirs"}}`,
		`{"operation":"listKMSKeys","action":"other_client","otherClient":{"operation":"disableKMSKey","kmsKeyIdentity":"kms-nl-01"}}`,
	} {
		faults, err := refserver.ParseFaults([]byte("[" + rule + "]"))
		if err != nil || len(faults) != 1 {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		g := newRig(t, refserver.Config{Faults: faults})
		admin := g.admin()
		sameJSON(t, admin.do("GET", "/faults", "", 200).body, "["+strings.TrimSuffix(rule, "}")+`,"matched":0,"fired":0}]`)
		admin.do("POST", "/faults", rule, 200)
		if got := g.Faults(); len(got) != 2 || got[0].Fault != got[1].Fault || got[0].Fault != faults[0] {
			t.Errorf("%s: by file and by admin call it is %+v", rule, got)
		}
	}
}
