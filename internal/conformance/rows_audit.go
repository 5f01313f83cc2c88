package conformance

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// auditAction is the name of an event in the audit log, with its row.
type auditAction struct {
	id, action string
	source     Source
	sentence   string
	needs      []Need // beside those of every row about the log
}

// auditActions are the events that a run looks for.
var auditActions = []auditAction{
	{"audit.create", "secrets.create", Assumed, "A create is in the audit log as secrets.create.", nil},
	{"audit.put-value", "secrets.put_value", Assumed, "A put is in the audit log as secrets.put_value.", []Need{needPut}},
	{"audit.get-value", "secrets.get_value", Assumed, "A reveal is in the audit log as secrets.get_value.", []Need{needReveal}},
	{"audit.update-policy", "secrets.update_policy", Assumed, "A change of the access policy is in the audit log as secrets.update_policy.", []Need{needUpdate}},
	{"audit.destroy-version", "secrets.destroy_version", Documented, "A destroy is in the audit log as secrets.destroy_version.", nil},
	{"audit.delete", "secrets.delete", Documented, "A delete is in the audit log as secrets.delete.", nil},
	{"audit.encrypt", "kms.encrypt", Assumed, "The encryption of a value is in the audit log as kms.encrypt.", nil},
	{"audit.decrypt", "kms.decrypt", Assumed, "The decryption of a value is in the audit log as kms.decrypt.", []Need{needReveal}},
}

// auditScenario is about the trace that a secret leaves.
func auditScenario() scenario {
	rows := []Row{
		{"audit.form", Documented, "The audit log is an object with items, each with a time, an action and a resource, and with the numbers of a page.", writing(needAudit)},
		{"audit.newest-first", Assumed, "The audit log has the newest event first.", writing(needAudit)},
		{"audit.resource-is-path", Assumed, "The resource of an event about a secret is its path.", writing(needAudit)},
		{"audit.limit", Documented, "The audit log takes a limit.", writing(needAudit)},
		{"audit.filters-action", Documented, "The audit log takes an action.", writing(needAudit)},
	}
	for _, a := range auditActions {
		rows = append(rows, Row{a.id, a.source, a.sentence, writing(append([]Need{needAudit}, a.needs...)...)})
	}
	return scenario{"audits", "The audit log", rows, checkAudit}
}

func auditRequest(query url.Values) request {
	return request{operation: opAudit, method: http.MethodGet, path: "/v1/audit", query: query}
}

func checkAudit(t *checker) {
	path := t.made("db", nil)
	reach := map[string]*checker{}
	do := func(action string, r request) {
		own := t.branch()
		if a := own.must(r); r.operation == opReveal {
			own.revealed(a)
		}
		reach[action] = own
	}
	do("secrets.put_value", t.put(path, nil))
	do("secrets.get_value", t.reveal(path, 0))
	reach["kms.decrypt"] = reach["secrets.get_value"]
	do("secrets.update_policy", t.policy(path, nil))
	t.must(t.destroy(path, 1))
	t.must(t.remove(path))

	page, items := t.eventsOf(path)
	d := page.doc()
	all, _ := d.rows("items")
	complete := func(i doc) bool {
		return !i.moment("createdAt").IsZero() && i.text("action") != "" && i.text("resourceType") != ""
	}
	t.holds("audit.form", slices.ContainsFunc(all, complete) && d.has("totalItems") && d.has("page"),
		"items with createdAt, action and resourceType; totalItems and page", "%d items, totalItems %s, page %s", len(all), shown(d.at("totalItems")), shown(d.at("page")))
	descending := true
	for i := range all {
		descending = descending && (i == 0 || !all[i].moment("createdAt").After(all[i-1].moment("createdAt")))
	}
	t.holds("audit.newest-first", descending, "descending times", "another order")
	one, _ := t.must(auditRequest(url.Values{"limit": {"1"}})).doc().rows("items")
	t.holds("audit.limit", len(one) == 1, "1 item", "%d items", len(one))
	deleted, _ := t.must(auditRequest(url.Values{"limit": {"100"}, "action": {"secrets.delete"}})).doc().rows("items")
	others := slices.ContainsFunc(deleted, func(i doc) bool { return i.text("action") != "secrets.delete" })
	t.holds("audit.filters-action", len(deleted) > 0 && !others, "deletes alone", "other events, or none")
	if len(items) == 0 {
		t.need("events in the audit log")
		items = []doc{nil}
	}
	t.holds("audit.resource-is-path", !slices.ContainsFunc(items, func(i doc) bool { return i.text("resourceIdentity") != path }), shown(path), "%s",
		shown(items[0].at("resourceIdentity")))
	for _, row := range auditActions {
		own := t.branch()
		if branch := reach[row.action]; branch != nil {
			own = branch.unless(t)
		}
		own.holds(row.id, slices.Contains(actionsOf(items), row.action), shown(row.action), "%s", shown(actionsOf(items)))
	}
}

// auditLooks are the waits before further looks at the log, which may be written some
// time after the answer.
var auditLooks = append(slices.Clone(lookAgain), 4*time.Second, 8*time.Second)

// eventsOf waits for the delete of a secret in the audit log. It returns a page of the
// log and those of its events that are about the secret.
func (t *checker) eventsOf(path string) (page answer, events []doc) {
	for look := 0; ; look++ {
		page = t.must(auditRequest(url.Values{"limit": {"100"}}))
		items, _ := page.doc().rows("items")
		events = eventsAbout(items, path)
		if len(events) == 0 {
			// In a busy organisation the newest events are of others.
			items, _ = t.must(auditRequest(url.Values{"limit": {"100"}, "searchText": {path}})).doc().rows("items")
			events = eventsAbout(items, path)
		}
		if t.stuck != "" || look == len(auditLooks) || slices.Contains(actionsOf(events), "secrets.delete") {
			return page, events
		}
		if t.run.service.sleep(t.ctx, auditLooks[look]) != nil {
			t.need("a run that is not interrupted")
		}
	}
}

// eventsAbout are the events that name a path in one of their fields.
func eventsAbout(items []doc, path string) []doc {
	return slices.DeleteFunc(slices.Clone(items), func(i doc) bool {
		return i.text("resourceIdentity") != path && !strings.Contains(i.text("context", "path"), path) && !strings.Contains(i.text("description"), path)
	})
}

// actionsOf are the actions of events, in their order.
func actionsOf(items []doc) []string {
	actions := []string{}
	for _, item := range items {
		actions = append(actions, item.text("action"))
	}
	return actions
}
