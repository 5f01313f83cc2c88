package refserver

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// auditListJSON is the body of listAuditLog's answer.
type auditListJSON struct {
	Items        []auditItemJSON `json:"items"`
	TotalItems   int             `json:"totalItems"`
	Page         int             `json:"page"`
	ItemsPerPage int             `json:"itemsPerPage"`
	TotalPages   int             `json:"totalPages"`
	TotalCount   int             `json:"totalCount"`
}

// auditItemJSON is an event as callers see it. Only what happened is in this
// server's log, so every status is that of a success.
type auditItemJSON struct {
	CreatedAt        time.Time        `json:"createdAt"`
	EventID          string           `json:"eventID"`
	Action           string           `json:"action"`
	ResourceType     string           `json:"resourceType"`
	ResourceIdentity string           `json:"resourceIdentity"`
	UserIdentity     string           `json:"userIdentity"`
	User             auditUserJSON    `json:"user"`
	Description      string           `json:"description"`
	Context          auditContextJSON `json:"context"`
}

type auditUserJSON struct {
	Identity string `json:"identity"`
	Name     string `json:"name"`
}

type auditContextJSON struct {
	Status int `json:"status"`
}

const (
	auditPath         = "/v1/audit"
	auditItemsPerPage = 25
	auditMostPerPage  = 100
	resourceSecret    = "secret"
)

// auditQuery is what a caller looks for. Empty fields match every event, and the zero
// value is the first page of all.
type auditQuery struct {
	page, limit                                 int
	action, resourceType, identity, user, words string
	status                                      string
	serviceAccounts                             bool // only their events, of which there are none
}

// auditRoute reads the query of listAuditLog.
func auditRoute(query url.Values) route {
	rt := route{operation: opAuditLog, audit: auditQuery{
		action: query.Get("action"), resourceType: query.Get("resourceType"), identity: query.Get("resourceIdentity"),
		user: query.Get("userIdentity"), words: query.Get("searchText"), status: query.Get("responseStatus"),
		serviceAccounts: query.Get("serviceAccount") != "",
	}}
	for name, to := range map[string]*int{"page": &rt.audit.page, "limit": &rt.audit.limit} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(query.Get(name))
		if err != nil || n < 1 || !isDecimal(query.Get(name)) {
			rt.malformed = badRequest("%s must be a whole number of 1 or more", name)
			return rt
		}
		*to = n
	}
	rt.audit.limit = min(rt.audit.limit, auditMostPerPage)
	return rt
}

func (q auditQuery) matches(item auditItemJSON) bool {
	return !q.serviceAccounts &&
		(q.action == "" || q.action == item.Action) &&
		(q.resourceType == "" || q.resourceType == item.ResourceType) &&
		(q.identity == "" || q.identity == item.ResourceIdentity) &&
		(q.user == "" || q.user == item.UserIdentity) &&
		(q.status == "" || q.status == strconv.Itoa(item.Context.Status)) &&
		(q.words == "" || strings.Contains(item.Action+" "+item.ResourceIdentity+" "+item.Description, q.words))
}

// listAuditLog answers with one page of the organisation's events, newest first.
func (st *store) listAuditLog(c *call) answer {
	q := c.route.audit
	q.page = max(q.page, 1)
	if q.limit == 0 {
		q.limit = auditItemsPerPage
	}
	found := []auditItemJSON{}
	for i := len(st.audit) - 1; i >= 0; i-- {
		if e := st.audit[i]; e.Organisation == c.organisation {
			if item := e.item(i); q.matches(item) {
				found = append(found, item)
			}
		}
	}
	// A page far beyond the end must not overflow.
	from := len(found)
	if q.page-1 <= len(found)/q.limit {
		from = min((q.page-1)*q.limit, len(found))
	}
	return answer{status: http.StatusOK, body: auditListJSON{
		Items:      found[from:min(from+q.limit, len(found))],
		TotalItems: len(found), Page: q.page, ItemsPerPage: q.limit,
		TotalPages: (len(found) + q.limit - 1) / q.limit, TotalCount: len(found),
	}}
}

// item is the event as callers see it. Its id is its place in the log.
func (e Event) item(at int) auditItemJSON {
	description := e.Event + " " + e.Path
	if e.Version > 0 {
		description += fmt.Sprintf(" version %d", e.Version)
	}
	return auditItemJSON{
		CreatedAt: e.Time, EventID: fmt.Sprintf("event-%d", at+1), Action: e.Event,
		ResourceType: resourceSecret, ResourceIdentity: e.Path,
		UserIdentity: e.Principal, User: auditUserJSON{Identity: e.Principal, Name: e.Principal},
		Description: description, Context: auditContextJSON{Status: http.StatusOK},
	}
}
