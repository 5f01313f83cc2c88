package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// TestBadInput: every mistake is an error of the plan that names the attribute
// and the rule, and nothing is asked of the service that could change it.
func TestBadInput(t *testing.T) {
	t.Parallel()
	secret := func(arguments string) string {
		return "resource \"thalassasecrets_secret\" \"db\" {\n" + arguments + "\n}\n"
	}
	at := func(path string) string {
		return secret("path = \"" + path + "\"\nkms_key_id = \"kms-nl-01\"")
	}
	version := func(arguments string) string {
		return "resource \"thalassasecrets_secret_version\" \"db\" {\n" + arguments + "\n}\n"
	}
	const ofSecret = "secret_id = \"nl-01/app/db\"\n" //nolint:gosec // It only names one.
	provider := func(arguments string) string {
		return "provider \"thalassasecrets\" {\n" + arguments + "\n}\n" + emptyContainer
	}
	for name, tc := range map[string]struct {
		config        string
		env           map[string]string
		summary, says string
	}{
		"path without slash":     {config: at("app/db"), summary: "Invalid secret path", says: `path: "app/db" must start with "/"`},
		"path ends in slash":     {config: at("/app/"), summary: "Invalid secret path", says: `must not end with "/"`},
		"path with //":           {config: at("/app//db"), summary: "Invalid secret path", says: `must not contain "//"`},
		"path with blank":        {config: at("/app db"), summary: "Invalid secret path", says: "must have only the characters"},
		"path with dot":          {config: at("/app/./db"), summary: "Invalid secret path", says: `must not have the segment "."`},
		"path with dots":         {config: at("/app/../db"), summary: "Invalid secret path", says: `must not have the segment ".."`},
		"path ends in versions":  {config: at("/app/versions"), summary: "Invalid secret path", says: `must not end in the segment "versions"`},
		"path ends in value":     {config: at("/app/value"), summary: "Invalid secret path", says: `must not end in the segment "value"`},
		"path ends in policy":    {config: at("/app/policy"), summary: "Invalid secret path", says: `must not end in the segment "policy"`},
		"path too long":          {config: at("/" + strings.Repeat("a", 512)), summary: "Invalid secret path", says: "at most 512 characters"},
		"path empty":             {config: at(""), summary: "Invalid secret path", says: "must not be empty"},
		"region malformed":       {config: secret("region = \"NL_01\"\npath = \"/a\"\nkms_key_id = \"k\""), summary: "Invalid region", says: `region: "NL_01" must be a region's slug`},
		"region unknown":         {config: secret("region = \"nl-99\"\npath = \"/a\"\nkms_key_id = \"k\""), summary: "Unknown region", says: `There is no region "nl-99". The service has nl-01, nl-02.`},
		"region of version":      {config: version("region = \"nl-99\"\npath = \"/a\"\nsecret_string_wo = \"v\"\nvalue_wo_version = \"1\""), summary: "Unknown region", says: `There is no region "nl-99"`},
		"region missing":         {config: at("/a"), env: map[string]string{"THALASSA_REGION": ""}, summary: "Missing region", says: "region is required here"},
		"default region":         {config: at("/a"), env: map[string]string{"THALASSA_REGION": "NL"}, summary: "Invalid region", says: "The default region"},
		"our annotation":         {config: secret("path = \"/a\"\nkms_key_id = \"k\"\nannotations = { \"thalassasecrets/placeholder\" = \"1\" }"), summary: "Invalid Attribute Value Match", says: "none of"},
		"empty key":              {config: secret("path = \"/a\"\nkms_key_id = \"\""), summary: "Invalid Attribute Value Length", says: "kms_key_id"},
		"initial value, two":     {config: secret("path = \"/a\"\nkms_key_id = \"k\"\ninitial_value = {\n secret_string_wo = \"v\"\n generate = { byte_length = 32 } }"), summary: "More than one value", says: "initial_value.secret_string_wo and initial_value.generate are"},
		"initial value, none":    {config: secret("path = \"/a\"\nkms_key_id = \"k\"\ninitial_value = {}"), summary: "No initial value", says: "exactly one of secret_string_wo"},
		"two values":             {config: version(ofSecret + "secret_string_wo = \"v\"\nsecret_string = \"w\""), summary: "More than one value", says: "secret_string_wo and secret_string are"},
		"three values":           {config: version(ofSecret + "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\nsecret_key_values = { a = \"b\" }\ngenerate = { byte_length = 16 }"), summary: "More than one value", says: "secret_string_wo and secret_key_values and generate are"},
		"no value":               {config: version(ofSecret), summary: "Missing value", says: "import it: terraform import ADDRESS nl-01/app/db@current"},
		"empty value":            {config: version(ofSecret + `secret_string_wo = ""`), summary: "Empty value", says: "secret_string_wo must not be empty"},
		"bad base64":             {config: version(ofSecret + `secret_binary_wo = "not base64!"`), summary: "Invalid base64", says: "secret_binary_wo must be standard base64 with padding"},
		"too few bytes":          {config: version(ofSecret + "generate = { byte_length = 15 }"), summary: "Invalid number", says: "generate.byte_length must be from 16 to 4096, and is 15."},
		"too many bytes":         {config: version(ofSecret + "generate = { byte_length = 4097 }"), summary: "Invalid number", says: "generate.byte_length must be from 16 to 4096, and is 4097."},
		"initial, too few bytes": {config: secret("path = \"/a\"\nkms_key_id = \"k\"\ninitial_value = { generate = { byte_length = 8 } }"), summary: "Invalid number", says: "initial_value.generate.byte_length must be from 16 to 4096, and is 8."},
		"initial bad base64":     {config: secret("path = \"/a\"\nkms_key_id = \"k\"\ninitial_value = { secret_binary_wo = \"x\" }"), summary: "Invalid base64", says: "initial_value.secret_binary_wo must be standard base64"},
		"overwrite and generate": {config: version(ofSecret + "generate = { byte_length = 16 }\non_external_version = \"overwrite\""), summary: "Overwrite requires a configured value", says: "generate makes a new value each time"},
		"overwrite, no value":    {config: version(ofSecret + "on_external_version = \"overwrite\""), summary: "Overwrite requires a configured value", says: "no value is configured"},
		"rotation of a static":   {config: version(ofSecret + "secret_string = \"v\"\nrotation = { after = \"30d\" }"), summary: "Rotation requires a renewable value", says: "secret_string is the same every time"},
		"rotation, ignored":      {config: version(ofSecret + "generate = { byte_length = 16 }\nrotation = { after = \"30d\" }\non_external_version = \"ignore\""), summary: "Rotation conflicts with on_external_version", says: "with which Terraform puts only the first version"},
		"bad age":                {config: version(ofSecret + "generate = { byte_length = 16 }\nrotation = { after = \"a month\" }"), summary: "Invalid duration", says: `rotation.after: "a month" must be a duration such as "30d"`},
		"bad idle time":          {config: version(ofSecret + "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\nretention = { min_idle = \"0s\" }"), summary: "Invalid duration", says: "retention.min_idle"},
		"negative keep":          {config: version(ofSecret + "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\nretention = { keep = -1 }"), summary: "Invalid Attribute Value", says: "retention.keep"},
		"no secret":              {config: version(firstPut("v")), summary: "Missing secret", says: "One of secret_id and path"},
		"secret twice":           {config: version(ofSecret + "path = \"/a\"\nsecret_string_wo = \"v\"\nvalue_wo_version = \"1\""), summary: "Conflicting names of the secret", says: `secret_id names nl-01/app/db, but path is "/a"`},
		"region twice":           {config: version(ofSecret + "region = \"nl-02\"\nsecret_string_wo = \"v\"\nvalue_wo_version = \"1\""), summary: "Conflicting names of the secret", says: `but region is "nl-02"`},
		"bad secret id":          {config: version("secret_id = \"/app/db\"\nsecret_string_wo = \"v\"\nvalue_wo_version = \"1\""), summary: "Invalid secret id", says: "must be a region followed by a path"},
		"bad choice":             {config: version(ofSecret + "secret_string_wo = \"v\"\nvalue_wo_version = \"1\"\non_external_version = \"panic\""), summary: "Invalid Attribute Value Match", says: "on_external_version"},
		"data source, no secret": {config: "data \"thalassasecrets_secret_versions\" \"db\" {}\n", summary: "Missing secret", says: "One of secret_id and path"},
		"data source, gone":      {config: "data \"thalassasecrets_secret_versions\" \"db\" {\n path = \"/none\"\n}\n", summary: "Cannot read the secret", says: "nl-01/none"},

		"data source, no path":     {config: "data \"thalassasecrets_secret\" \"db\" {\n region = \"nl-01\"\n}\n", summary: "Missing secret", says: "One of secret_id and path"},
		"data source, named twice": {config: "data \"thalassasecrets_secret\" \"db\" {\n secret_id = \"nl-01/app/db\"\n path = \"/a\"\n}\n", summary: "Conflicting names of the secret", says: `but path is "/a"`},
		"prefix without slash":     {config: "data \"thalassasecrets_secrets\" \"all\" {\n path_prefix = \"/app\"\n}\n", summary: "Invalid path prefix", says: `path_prefix: "/app" must end with "/"`},
		"prefix of no region":      {config: "data \"thalassasecrets_secrets\" \"all\" {\n path_prefix = \"/app/\"\n}\n", env: map[string]string{"THALASSA_REGION": ""}, summary: "Missing region", says: "region is required here"},

		"organisation empty":     {config: provider(`organisation_id = ""`), summary: "Empty provider argument", says: "organisation_id must not be empty"},
		"organisation missing":   {config: emptyContainer, env: map[string]string{"THALASSA_ORGANISATION": ""}, summary: "Missing organisation", says: "organisation_id is required"},
		"two credentials":        {config: provider("token = \"a\"\naccess_token = \"b\""), summary: "Conflicting credentials", says: "token and access_token are both set"},
		"two credentials in env": {config: emptyContainer, env: map[string]string{"THALASSA_ACCESS_TOKEN": "b"}, summary: "Conflicting credentials", says: "THALASSA_API_TOKEN and THALASSA_ACCESS_TOKEN are both set"},
		"no credentials":         {config: emptyContainer, env: map[string]string{"THALASSA_API_TOKEN": ""}, summary: "Missing credentials", says: "Set token or access_token"},
		"empty token":            {config: provider(`token = ""`), summary: "Empty provider argument", says: "token must not be empty"},
		"half a client":          {config: provider(`client_id = "ci"`), summary: "Incomplete credentials", says: "client_secret (or THALASSA_CLIENT_SECRET) is not"},
		"client in env too":      {config: emptyContainer, env: map[string]string{"THALASSA_CLIENT_SECRET": "s"}, summary: "Conflicting credentials", says: "THALASSA_API_TOKEN and THALASSA_CLIENT_SECRET are both set"},
		"no CA":                  {config: provider(`ca_certificate_file = "none.pem"`), summary: "Invalid CA certificate file", says: `the file "none.pem" cannot be read`},
		"bad request timeout":    {config: provider(`request_timeout = "0s"`), summary: "Invalid duration", says: "request_timeout"},
		"no requests":            {config: provider(`requests_per_second = 0`), summary: "Invalid rate", says: "requests_per_second must be more than 0"},
		"no attempts":            {config: provider(`retry = { max_attempts = 0 }`), summary: "Invalid Attribute Value", says: "retry.max_attempts"},
		"bad wait":               {config: provider(`retry = { min_wait = "soon" }`), summary: "Invalid duration", says: `retry.min_wait: "soon" must be a duration`},
		"waits crossed":          {config: provider(`retry = { min_wait = "2s", max_wait = "1s" }`), summary: "Invalid retry", says: "retry.min_wait (2s) is longer than retry.max_wait (1s)"},
		"plain http":             {config: provider(`endpoint = "http://api.example.org"`), summary: "Invalid provider configuration", says: "must use https"},
		"no URL":                 {config: provider(`endpoint = "api.example.org"`), summary: "Invalid provider configuration", says: "must be a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := acctest.NewServer(t)
			w := acctest.NewWorkspace(t, s)
			maps.Copy(w.Env, tc.env)
			w.Write("main.tf", tc.config)
			if said := w.PlanFails().Failed(t, tc.summary); !strings.Contains(said, tc.says) {
				t.Errorf("the error says %q, want %q in it", said, tc.says)
			}
			if s.Writes() != 0 {
				t.Errorf("something was written: %v", s.Calls())
			}
		})
	}
}

// Configuration beats environment as a whole, credentials among it.
func TestConfigurationBeatsEnvironment(t *testing.T) {
	t.Parallel()
	s := acctest.NewServer(t)
	w := acctest.NewWorkspace(t, s)
	w.Env["THALASSA_ORGANISATION"] = "o-environment"
	w.Env["THALASSA_REGION"] = "nl-99"
	w.Env["THALASSA_API_TOKEN"] = "no-such-token"
	w.Write("main.tf", `
provider "thalassasecrets" {
  organisation_id = "o-configuration"
  project_id      = "p-configuration"
  region          = "nl-01"
  access_token    = "`+acctest.Token+`"
}
`+emptyContainer)
	w.Apply()
	if got := w.StateValue(secretAddress, "organisation_id"); got != "o-configuration" {
		t.Errorf("the organisation is %v", got)
	}
	if got := w.StateValue(secretAddress, "project_id"); got != "p-configuration" {
		t.Errorf("the project is %v", got)
	}
}
