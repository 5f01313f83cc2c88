package conformance

import "slices"

// Source says where the claim of a row comes from.
type Source string

// The sources of claims.
const (
	Documented Source = "D" // by the vendor, or seen in the vendor's public client
	Assumed    Source = "A" // by this project, where the documentation is silent
)

// Need is what a row takes to be checked, in words.
type Need string

// What rows take. The permissions have the names of the API.
const (
	needList   Need = "list"
	needCreate Need = "create"
	needRead   Need = "read"
	needPut    Need = "putSecretValue"
	needReveal Need = "getSecretValue"
	needDelete Need = "delete"
	needUpdate Need = "update"

	needKMSRead   Need = "read access to KMS"
	needKMSManage Need = "write access to KMS"
	needAudit     Need = "read access to the audit log"

	needKey            Need = "a KMS key (-kms-key)"
	needTestKey        Need = "a KMS key for tests (-test-kms-key)"
	needRotation       Need = "consent to rotate that key (-rotate-test-kms-key)"
	needAsymmetricKey  Need = "an asymmetric KMS key in the region"
	needNoKMSRegion    Need = "a region without KMS"
	needOtherProject   Need = "a second project (-other-project)"
	needClosed         Need = "an organisation without the feature (-closed-organisation)"
	needReader         Need = "a token of the role secrets:ReadAccess (-reader-token-file)"
	needClientMethod   Need = "an OIDC client as credentials"
	needExchangeMethod Need = "an identity token as credentials"
	needRateLimit      Need = "a 429 during the run"
)

// Row is one behaviour of the API.
type Row struct {
	ID       string // stable; never reused for another behaviour
	Source   Source
	Sentence string // what holds, in the present tense
	Needs    []Need
}

// changes reports whether the row takes something that changes the service.
func (r Row) changes() bool { return slices.Contains(r.Needs, needCreate) }

// writing are the needs of a row that creates a secret and removes it again, with its
// other needs.
func writing(more ...Need) []Need {
	return append([]Need{needKey, needCreate, needDelete}, more...)
}

// Rows are all rows, in the order of their scenarios.
func Rows() []Row {
	var rows []Row
	for _, s := range scenarios() {
		rows = append(rows, s.rows...)
	}
	return rows
}

// Outcome is what a run found out about a row.
type Outcome string

// The outcomes.
const (
	Holds      Outcome = "holds"
	Fails      Outcome = "does not hold"
	NotChecked Outcome = "not checked"
)

// Result is a row with its outcome.
type Result struct {
	ID       string  `json:"id"`
	Source   Source  `json:"source"`
	Sentence string  `json:"sentence"`
	Outcome  Outcome `json:"outcome"`
	// Expected and Got are set where the row does not hold.
	Expected string `json:"expected,omitempty"`
	Got      string `json:"got,omitempty"`
	// Needs says what was missing where the row was not checked.
	Needs string `json:"needs,omitempty"`
}

// Text is the outcome with its reason, in one line.
func (r Result) Text() string {
	switch r.Outcome {
	case Fails:
		return string(Fails) + ": expected " + r.Expected + ", got " + r.Got
	case NotChecked:
		return string(NotChecked) + ": needs " + r.Needs
	default:
		return string(r.Outcome)
	}
}
