package refserver

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/secretpath"
)

// The operations of the API, by the names the journal shows.
const (
	opBrowse        = "browseSecrets"
	opList          = "listSecrets"
	opCreate        = "createSecret"
	opGet           = "getSecret"
	opPut           = "putSecretValue"
	opReveal        = "getSecretValue"
	opDestroy       = "destroySecretVersion"
	opDelete        = "deleteSecret"
	opPolicy        = "updateAccessPolicy"
	opKMSSummary    = "getKMSSummary"
	opKeyCreate     = "createKMSKey"
	opKeyList       = "listKMSKeys"
	opKeyGet        = "getKMSKey"
	opKeyDelete     = "deleteKMSKey"
	opKeyCancel     = "cancelKMSKeyDeletion"
	opKeyRotate     = "rotateKMSKey"
	opKeyEnable     = "enableKMSKey"
	opKeyDisable    = "disableKMSKey"
	opKeyRotation   = "updateKMSKeyRotation"
	opToken         = "issueToken"
	opAuditLog      = "listAuditLog"
	opUnknown       = "unknown"
	kmsRoot         = "/v1/kms/"
	secretsRoot     = "/v1/secrets/"
	tokenPath       = "/oidc/token"
	subVersions     = "versions"
	subValue        = "value"
	subPolicy       = "policy"
	queryPath       = "path"
	queryPathPrefix = "pathPrefix"
)

// secretOperations are those that are about the path of a secret.
var secretOperations = []string{opBrowse, opList, opCreate, opGet, opPut, opReveal, opDestroy, opDelete, opPolicy}

// operations are the names of all operations.
func operations() []string {
	return append(slices.Sorted(maps.Keys(operationRules)), opToken)
}

// route is what a method and a URL ask for.
type route struct {
	operation   string
	region      string
	path        string // of a secret, or the place to browse or list
	key         string // identity of a KMS key
	keyName     string // filter of a key listing
	version     int64
	history     bool // includeVersions
	pathInQuery bool // the secret's path came as a query parameter
	audit       auditQuery

	// unroutable is set where no operation is meant: unknown URL or method.
	unroutable *problem
	// malformed is set where an operation is meant, but not by a legal path or query.
	// Only callers with access to the region get it.
	malformed *problem
}

// parseRoute decides what a request asks for. It works on the escaped path as
// it came, because http.ServeMux would clean and redirect, and a cleaned path
// may be another secret's.
func parseRoute(method, escapedPath, rawQuery string) route {
	query, queryProblem := values(rawQuery)
	rt := func() route {
		if rest, ok := strings.CutPrefix(escapedPath, secretsRoot); ok {
			return secretsRoute(method, rest, query)
		}
		if rest, ok := strings.CutPrefix(escapedPath, kmsRoot); ok {
			return kmsRoute(method, rest, query)
		}
		if escapedPath == tokenPath {
			return onMethod(method, http.MethodPost, route{operation: opToken})
		}
		if escapedPath == auditPath {
			return onMethod(method, http.MethodGet, auditRoute(query))
		}
		return unknownURL()
	}()
	if queryProblem != nil && rt.unroutable == nil {
		rt.malformed = queryProblem
	}
	return rt
}

func unknownURL() route {
	return route{operation: opUnknown, unroutable: notFound("there is nothing at this URL")}
}

func wrongMethod(method string) route {
	return route{operation: opUnknown, unroutable: refuse(http.StatusMethodNotAllowed, "%s is not possible at this URL", method)}
}

// onMethod is rt where the method is the one that the URL takes.
func onMethod(method, want string, rt route) route {
	if method != want {
		return wrongMethod(method)
	}
	return rt
}

// secretsRoute reads what follows /v1/secrets/ in the escaped path.
func secretsRoute(method, rest string, query url.Values) route {
	region, tail, ok := splitRegion(rest)
	if !ok {
		return unknownURL()
	}
	switch {
	case tail == "/secrets" && method == http.MethodPost:
		return route{operation: opCreate, region: region}
	case tail == "/secrets" && method == http.MethodGet:
		return listingRoute(region, query)
	case tail == "/secrets":
		return wrongMethod(method)
	case tail == "/secret" || strings.HasPrefix(tail, "/secret/"):
		rt := secretRoute(method, strings.TrimPrefix(tail, "/secret"), query)
		rt.region = region
		return rt
	}
	return unknownURL()
}

// splitRegion divides REGION/TAIL and decodes both, so that a percent-encoded
// path names the same secret as a plain one.
func splitRegion(escaped string) (region, tail string, ok bool) {
	slash := strings.IndexByte(escaped, '/')
	if slash <= 0 {
		return "", "", false
	}
	region, regionErr := url.PathUnescape(escaped[:slash])
	tail, tailErr := url.PathUnescape(escaped[slash:])
	return region, tail, regionErr == nil && tailErr == nil
}

func listingRoute(region string, query url.Values) route {
	browse, list := query.Has(queryPath), query.Has(queryPathPrefix)
	rt := route{operation: opList, region: region, path: query.Get(queryPathPrefix)}
	if browse {
		rt.operation, rt.path = opBrowse, query.Get(queryPath)
	}
	switch {
	case browse && list:
		rt.malformed = badRequest("path (browse) and pathPrefix (list) exclude each other")
	case len(query[queryPath]) > 1 || len(query[queryPathPrefix]) > 1:
		rt.malformed = badRequest("path or pathPrefix is given more than once")
	case !browse && rt.path == "":
		rt.path = "/" // Without a prefix everything is listed.
	}
	if _, err := secretpath.ParsePrefix(rt.path); err != nil && rt.malformed == nil {
		rt.malformed = badRequest("invalid path: %s", err)
	}
	return rt
}

// secretRoute reads what follows /secret in the decoded path: the path of a
// secret and perhaps a sub-resource. Which of the two a last segment named
// versions, value or policy is depends on the method alone.
func secretRoute(method, rest string, query url.Values) route {
	var rt route
	sub := ""
	if query.Has(queryPath) {
		rt.pathInQuery = true
		rt.path = query.Get(queryPath)
		if after := strings.TrimPrefix(rest, "/"); isSub(after) {
			sub = after
		}
		if sub == "" && rest != "" || len(query[queryPath]) > 1 {
			rt.malformed = badRequest("the secret's path is given more than once")
		}
	} else {
		parent, last := cutLast(rest)
		rt.path = rest
		switch {
		case takes(method, last):
			rt.path, sub = parent, last
		case isSub(last) && method != http.MethodGet && method != http.MethodDelete:
			rt.operation = opUnknown
			rt.malformed = badRequest("%s is not possible on %q of a secret, and %q cannot be the last segment of a secret's path", method, last, last)
			return rt
		}
		if method == http.MethodDelete && sub == subVersions && !query.Has("version") {
			rt.operation = opUnknown
			rt.malformed = badRequest("the URL is ambiguous: it either destroys a version of %q and lacks ?version=, or deletes a secret whose path ends in %q, which is not a legal path", parent, subVersions)
			return rt
		}
	}
	rt.operation = secretOperation(method, sub)
	if rt.operation == opUnknown {
		return wrongMethod(method)
	}
	if rt.malformed == nil {
		rt.malformed = readSecretQuery(&rt, query)
	}
	return rt
}

// readSecretQuery checks the path and the parameters that belong to the operation.
func readSecretQuery(rt *route, query url.Values) *problem {
	if rt.path == "" || rt.path == "/" {
		return badRequest("the secret's path is missing")
	}
	if _, err := secretpath.ParsePath(rt.path); err != nil {
		return badRequest("invalid path: %s", err)
	}
	switch rt.operation {
	case opGet:
		if !query.Has("includeVersions") {
			return nil
		}
		switch history := query["includeVersions"]; {
		case len(history) == 1 && history[0] == "true":
			rt.history = true
		case len(history) != 1 || history[0] != "false":
			return badRequest("includeVersions must be given once, as true or false")
		}
	case opDelete:
		// A destroy call that lost "/versions" must not delete the secret.
		if query.Has("version") {
			return badRequest("a secret is deleted as a whole; ?version= belongs to %s/%s", rt.path, subVersions)
		}
	case opDestroy:
		return rt.readVersion(query)
	}
	return nil
}

func (rt *route) readVersion(query url.Values) *problem {
	version, err := strconv.ParseInt(query.Get("version"), 10, 64)
	if err != nil || version < 1 || !isDecimal(query.Get("version")) || len(query["version"]) > 1 {
		return badRequest("version must be given once, as a whole number of 1 or more, in digits alone")
	}
	rt.version = version
	return nil
}

func secretOperation(method, sub string) string {
	switch method + " " + sub {
	case "GET ":
		return opGet
	case "DELETE ":
		return opDelete
	case "POST " + subVersions:
		return opPut
	case "POST " + subValue:
		return opReveal
	case "DELETE " + subVersions:
		return opDestroy
	case "PUT " + subPolicy:
		return opPolicy
	}
	return opUnknown
}

func isSub(segment string) bool {
	return slices.Contains([]string{subVersions, subValue, subPolicy}, segment)
}

func takes(method, sub string) bool {
	return isSub(sub) && secretOperation(method, sub) != opUnknown
}

func cutLast(path string) (parent, last string) {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 {
		return "", path
	}
	return path[:slash], path[slash+1:]
}

// kmsRoute reads what follows /v1/kms/ in the escaped path.
func kmsRoute(method, rest string, query url.Values) route {
	if rest == "summary" {
		return onMethod(method, http.MethodGet, route{operation: opKMSSummary})
	}
	region, tail, ok := splitRegion(rest)
	if !ok {
		return unknownURL()
	}
	segments := strings.Split(strings.TrimPrefix(tail, "/"), "/")
	if segments[0] != "keys" || len(segments) > 3 || slices.Contains(segments, "") {
		return unknownURL()
	}
	rt := route{region: region}
	action := ""
	if len(segments) > 1 {
		rt.key = segments[1]
		action = "id"
	}
	if len(segments) > 2 {
		action = segments[2]
	}
	operation, known := map[string]string{
		"POST ": opKeyCreate, "GET ": opKeyList, "GET id": opKeyGet, "DELETE id": opKeyDelete,
		"DELETE cancel-deletion": opKeyCancel, "POST rotate": opKeyRotate, "POST enable": opKeyEnable,
		"POST disable": opKeyDisable, "PATCH rotation": opKeyRotation,
	}[method+" "+action]
	switch {
	case known:
		rt.operation = operation
		rt.keyName = query.Get("name")
		return rt
	case slices.Contains([]string{"", "id", "cancel-deletion", "rotate", "enable", "disable", "rotation"}, action):
		return wrongMethod(method)
	}
	return unknownURL()
}
