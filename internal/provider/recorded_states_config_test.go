package provider_test

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
)

// The configurations of the recorded states.

// recordedContainers are secrets without a version, for their own arguments.
const recordedContainers = `
resource "thalassasecrets_secret" "access_policy" {
  path          = "/secret/access_policy"
  kms_key_id    = "kms-nl-01"
  access_policy = { conditions = [
    { type = "ip", effect = "allow", cidrs = ["10.0.0.0/8", "2001:db8::/32"] },
    { type = "time", effect = "deny", start_hour = 22, end_hour = 6, timezone = "Europe/Amsterdam" },
  ] }
}
resource "thalassasecrets_secret" "access_policy_empty" {
  path          = "/secret/access_policy_empty"
  kms_key_id    = "kms-nl-01"
  access_policy = { conditions = [] }
}
resource "thalassasecrets_secret" "labels" {
  path        = "/secret/labels"
  kms_key_id  = "kms-nl-01"
  description = "Labels besides the default ones"
  labels      = { service = "orders" }
  annotations = { "example.org/ticket" = "OPS-1" }
}
resource "thalassasecrets_secret" "labels_over_default" {
  path       = "/secret/labels_over_default"
  kms_key_id = "kms-nl-01"
  labels     = { team = "data" }
}
resource "thalassasecrets_secret" "on_immutable_change" {
  path                = "/secret/on_immutable_change"
  kms_key_id          = "kms-nl-01"
  on_immutable_change = "keep"
}
resource "thalassasecrets_secret" "unprotected" {
  path                = "/secret/unprotected"
  kms_key_id          = "kms-nl-01"
  deletion_protection = false
}
resource "thalassasecrets_secret" "other_region" {
  region     = "nl-02"
  path       = "/secret/other_region"
  kms_key_id = "kms-nl-02"
}
resource "thalassasecrets_secret" "timeouts" {
  path       = "/secret/timeouts"
  kms_key_id = "kms-nl-01"
  timeouts   = { create = "2m", read = "1m", update = "2m", delete = "2m" }
}
resource "thalassasecrets_secret" "initial_string_wo" {
  path          = "/secret/initial_string_wo"
  kms_key_id    = "kms-nl-01"
  initial_value = { secret_string_wo = "test-value" }
}
resource "thalassasecrets_secret" "initial_binary_wo" {
  path          = "/secret/initial_binary_wo"
  kms_key_id    = "kms-nl-01"
  initial_value = { secret_binary_wo = "dGVzdC12YWx1ZQ==" }
}
resource "thalassasecrets_secret" "initial_key_values_wo" {
  path          = "/secret/initial_key_values_wo"
  kms_key_id    = "kms-nl-01"
  initial_value = { secret_key_values_wo = { password = "test-value" } }
}
resource "thalassasecrets_secret" "initial_generate" {
  path          = "/secret/initial_generate"
  kms_key_id    = "kms-nl-01"
  initial_value = { generate = { byte_length = 32 } }
}
`

const (
	testValue    = `secret_string_wo = "test-value"`
	testString   = testValue + firstCounter
	firstCounter = "\n  value_wo_version = \"1\""
	testGenerate = `generate = { byte_length = 32 }`
)

// counted is a write-only value that is put for each counter.
func counted(counter string) string {
	return testValue + "\n  value_wo_version = \"" + counter + "\""
}

func puts(s *acctest.Server, id string) { s.Put(id, "test-value-of-another") }

func destroys(number int64) func(*acctest.Server, string) {
	return func(s *acctest.Server, id string) { s.Destroy(id, number) }
}

func reads(number int64) func(*acctest.Server, string) {
	return func(s *acctest.Server, id string) { s.Reveal(id, number) }
}

// recreatesLonger creates the secret again with as many versions as before, so that
// only the time distinguishes the two.
func recreatesLonger(s *acctest.Server, id string) {
	recreate(s, id, false)
	puts(s, id)
}

// settledRows have an empty next plan.
var settledRows = map[string]recordedRow{
	// Each input of a value.
	"string_wo":         {second: testString},
	"string_wo_counted": {first: counted("1"), second: counted("2")},
	"binary_wo":         {second: `secret_binary_wo = "dGVzdC12YWx1ZQ=="` + firstCounter},
	"key_values_wo":     {second: `secret_key_values_wo = { user = "test", password = "test-value" }` + firstCounter},
	"string":            {first: `secret_string = "test-value-1"`, second: `secret_string = "test-value-2"`},
	"string_to_wo":      {first: `secret_string = "test-value"`, second: testString},
	"key_values":        {second: `secret_key_values = { user = "test", password = "test-value" }`},
	"generated":         {second: testGenerate},
	"beside_initial":    {secret: ownValue, second: testString},
	"by_path":           {second: `path = thalassasecrets_secret.NAME.path` + "\n  " + testString},
	"version_timeouts":  {second: testString + "\n  " + `timeouts = { create = "2m", read = "1m" }`},

	// Fingerprints.
	"detect_string":     {second: testValue + "\n  detect_value_changes = true"},
	"detect_changed":    {first: `secret_string_wo = "test-value-1"` + "\n  detect_value_changes = true", second: testValue + "\n  detect_value_changes = true"},
	"detect_binary":     {second: `secret_binary_wo = "dGVzdC12YWx1ZQ=="` + "\n  detect_value_changes = true"},
	"detect_key_values": {second: `secret_key_values_wo = { password = "test-value" }` + "\n  detect_value_changes = true"},

	// Rotation.
	"rotation_after":    {second: testGenerate + "\n  rotation = { after = \"90d\" }"},
	"rotation_after_wo": {second: testValue + "\n  rotation = { after = \"60d12h\" }"},
	"rotation_keepers":  {first: testGenerate + "\n  rotation = { keepers = { round = \"1\" } }", second: testGenerate + "\n  rotation = { keepers = { round = \"2\" } }"},
	"rotation_key_off":  {secret: `kms_key_id = "` + disabledKey + `"`, second: testGenerate + "\n  rotation = { after = \"30d\" }"},

	// Retention.
	"retention_keep":     {secret: ownValue, first: counted("1") + "\n  retention = { keep = 1 }", second: counted("2") + "\n  retention = { keep = 1 }"},
	"retention_min_idle": {first: counted("1") + "\n  retention = { min_idle = \"30d\" }", second: counted("2") + "\n  retention = { min_idle = \"30d\" }"},
	"retention_read":     {first: counted("1") + "\n  retention = { keep = 0, min_idle = \"40d\" }", second: counted("2") + "\n  retention = { keep = 0, min_idle = \"40d\" }", after: reads(2)},
	"retention_both":     {secret: ownValue, first: counted("1") + "\n  retention = { keep = 1, min_idle = \"30d\" }", second: counted("2") + "\n  retention = { keep = 1, min_idle = \"30d\" }"},

	// Changes of other clients, and the reaction to them.
	"adopt":             {second: testString + "\n  on_external_version = \"adopt\""},
	"adopt_adopted":     {second: testString + "\n  on_external_version = \"adopt\"", between: puts},
	"adopt_rolled_back": {secret: ownValue, second: testString, between: destroys(2)},
	"adopt_healed":      {second: testString, between: destroys(2)},
	"adopt_recreated":   {second: testString, between: func(s *acctest.Server, id string) { recreate(s, id, false) }},
	"overwrite":         {second: testString + "\n  on_external_version = \"overwrite\""},
	"overwrite_done":    {second: testString + "\n  on_external_version = \"overwrite\"", between: puts},
	"ignore":            {second: testString + "\n  on_external_version = \"ignore\""},
	"ignore_ignored":    {second: testString + "\n  on_external_version = \"ignore\"", between: puts, after: puts},
	"ignore_destroyed":  {second: testString + "\n  on_external_version = \"ignore\"", after: destroys(2)},
	"deletion_policy":   {second: testString + "\n  deletion_policy = \"destroy\""},

	// Imports without a change since.
	"imported":            {imported: true, second: ""},
	"imported_value":      {imported: true, second: testString},
	"imported_superseded": {imported: true, second: "", between: puts},
}

// dueRows have a change that the next plan proposes.
var dueRows = map[string]recordedRow{
	"rotation":            {first: testGenerate + "\n  rotation = { after = \"10d\" }", second: testGenerate + "\n  rotation = { after = \"10d\" }"},
	"rotation_wo":         {second: testValue + "\n  rotation = { after = \"10d\" }"},
	"rotation_retains":    {secret: ownValue, second: testGenerate + "\n  rotation = { after = \"10d\" }\n  retention = { keep = 0 }"},
	"external_adopt":      {second: testString, after: puts},
	"external_overwrite":  {second: testString + "\n  on_external_version = \"overwrite\"", after: puts},
	"external_retention":  {secret: ownValue, first: counted("1") + "\n  retention = { keep = 0 }", second: counted("2") + "\n  retention = { keep = 0 }", after: puts},
	"external_destroyed":  {second: testString, after: func(s *acctest.Server, id string) { s.Put(id, "test-value-of-another"); s.Destroy(id, 2) }},
	"rolled_back":         {secret: ownValue, second: testString, after: destroys(2)},
	"none_active":         {second: testString, after: destroys(2)},
	"recreated_value":     {second: testString, after: func(s *acctest.Server, id string) { recreate(s, id, false) }},
	"recreated_longer":    {second: testString, after: recreatesLonger},
	"recreated_empty":     {second: testString, after: func(s *acctest.Server, id string) { recreate(s, id, true) }},
	"retention":           {secret: ownValue, first: counted("1") + "\n  retention = { keep = 0 }", second: counted("2") + "\n  retention = { keep = 0 }"},
	"imported_recording":  {imported: true, second: "", final: `secret_string = "test-value"`},
	"imported_superseded": {imported: true, second: "", after: puts},
	"detect":              {second: testValue + "\n  detect_value_changes = true", final: `secret_string_wo = "test-value-2"` + "\n  detect_value_changes = true"},
}

// recordedMovedConfig is for the vendor's state that is called mixed.
const recordedMovedConfig = `
resource "thalassasecrets_secret" "db" {
  path        = "/app/production/db/password"
  kms_key_id  = "kms-nl-01"
  description = "Database password"
  labels      = { team = "platform" }
  annotations = { "example.org/ticket" = "OPS-1" }
}
resource "thalassasecrets_secret_version" "db" {
  secret_id        = thalassasecrets_secret.db.id
  secret_string_wo = "test-value"
  value_wo_version = "1"
}
resource "thalassasecrets_secret" "generated" {
  path       = "/app/production/api/webhook"
  kms_key_id = "kms-nl-01"
}
resource "thalassasecrets_secret" "credentials" {
  path       = "/app/production/db/credentials"
  kms_key_id = "kms-nl-01"
}
`

const recordedMoves = `
moved {
  from = thalassa_secret.db
  to   = thalassasecrets_secret.db
}
moved {
  from = thalassa_secret_version.db
  to   = thalassasecrets_secret_version.db
}
moved {
  from = thalassa_secret.generated
  to   = thalassasecrets_secret.generated
}
moved {
  from = thalassa_secret.credentials
  to   = thalassasecrets_secret.credentials
}
removed {
  from = thalassa_secret_access_policy.db
  lifecycle {
    destroy = false
  }
}
`
