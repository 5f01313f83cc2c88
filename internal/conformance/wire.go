package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The operations of the API, by their documented names.
const (
	opBrowse  = "browseSecrets"
	opList    = "listSecrets"
	opCreate  = "createSecret"
	opGet     = "getSecret"
	opPut     = "putSecretValue"
	opReveal  = "getSecretValue"
	opDestroy = "destroySecretVersion"
	opDelete  = "deleteSecret"
	opPolicy  = "updateAccessPolicy"
	opKMS     = "getKMSSummary"
	opKeys    = "listKMSKeys"
	opKey     = "getKMSKey"
	opKeyEdit = "changeKMSKey"
	opAudit   = "listAuditLog"
)

// permissionOf is what an operation asks of its caller.
func permissionOf(operation string) Need {
	switch operation {
	case opBrowse, opList:
		return needList
	case opCreate:
		return needCreate
	case opPut:
		return needPut
	case opReveal:
		return needReveal
	case opDestroy, opDelete:
		return needDelete
	case opPolicy:
		return needUpdate
	case opKMS, opKeys, opKey:
		return needKMSRead
	case opKeyEdit:
		return needKMSManage
	case opAudit:
		return needAudit
	}
	return needRead
}

// request is one request as it is sent. The service adds the endpoint, the credentials
// and the identity headers.
type request struct {
	operation string
	method    string
	path      string // escaped, below the endpoint
	query     url.Values
	body      any // sent as JSON; nil sends none
	// header replaces headers; an empty text leaves the header out.
	header map[string]string
	reader bool // sent with the reader's credentials
	// secret is the path of the secret that the request creates, with its region.
	region, secret string
}

// isRead reports a request that changes nothing, which may be repeated.
func (r request) isRead() bool { return r.method == http.MethodGet }

// answer is what came back.
type answer struct {
	operation string
	status    int
	header    http.Header
	body      []byte
	sent      time.Time // by the local clock
	date      time.Time // of the service, zero where it gives none
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// message is the service's own word of a refusal, empty where there is none.
func (a answer) message() string { return a.doc().text("message") }

// said is the status with the service's own word.
func (a answer) said() string {
	if message := a.message(); !a.ok() && message != "" {
		return fmt.Sprintf("%d (%s)", a.status, message)
	}
	return fmt.Sprint(a.status)
}

// doc is the answer's JSON object, nil where it is none.
func (a answer) doc() doc {
	var d doc
	if json.Unmarshal(a.body, &d) != nil {
		return nil
	}
	return d
}

// list is the answer's JSON array of objects. ok is false where it is none.
func (a answer) list() (list []doc, ok bool) {
	err := json.Unmarshal(a.body, &list)
	return list, err == nil && list != nil
}

// doc is a JSON object that is read leniently: what is missing or of
// another type is the zero value.
type doc map[string]any

func (d doc) at(keys ...string) any {
	var found any = map[string]any(d)
	for _, key := range keys {
		object, ok := found.(map[string]any)
		if !ok {
			return nil
		}
		found = object[key]
	}
	return found
}

func (d doc) has(keys ...string) bool { return d.at(keys...) != nil }

func (d doc) text(keys ...string) string {
	s, _ := d.at(keys...).(string)
	return s
}

// number is a JSON number; 0 where there is none.
func (d doc) number(keys ...string) int64 {
	n, _ := d.at(keys...).(float64)
	return int64(n)
}

// moment is an RFC 3339 time, zero where there is none.
func (d doc) moment(keys ...string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, d.text(keys...))
	if err != nil {
		return time.Time{}
	}
	return at
}

// rows are the objects of an array. isList is false if it is not an array.
func (d doc) rows(keys ...string) (rows []doc, isList bool) {
	array, isList := d.at(keys...).([]any)
	for _, element := range array {
		object, _ := element.(map[string]any)
		rows = append(rows, object)
	}
	return rows, isList
}

// version is the row of a version in the history, nil where there is none.
func (d doc) version(number int64) doc {
	rows, _ := d.rows("versions")
	for _, row := range rows {
		if row.number("version") == number {
			return row
		}
	}
	return nil
}

// pairs is an object of texts.
func (d doc) pairs(keys ...string) map[string]string {
	object, _ := d.at(keys...).(map[string]any)
	pairs := map[string]string{}
	for key, value := range object {
		pairs[key], _ = value.(string)
	}
	return pairs
}

// shown is a value as a result shows it.
func shown(value any) string {
	if value == nil {
		return "nothing"
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // Texts are scrubbed later, and an escape would hide them from that.
	if encoder.Encode(value) != nil {
		return fmt.Sprintf("%T", value)
	}
	return strings.TrimSpace(b.String())
}

// shorten keeps a long text from filling a line.
func shorten(s string) string {
	const most = 160
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
