package conformance

import (
	"net/http"
	"strings"
)

// requestScenario is about credentials and headers.
func requestScenario() scenario {
	read := []Need{needRead}
	return scenario{"requests", "Requests and credentials", []Row{
		{"auth.missing-credentials-401", Documented, "A request without credentials gets 401.", nil},
		{"auth.unknown-token-401", Documented, "A request with a token that the service does not know gets 401.", nil},
		{"auth.scheme", Documented, "The scheme of the credentials is Token for a personal API token and Bearer for an access token.", nil},
		{"auth.organisation-required", Documented, "A request without X-Organisation-Identity is refused.", nil},
		{"requests.no-cache-accepted", Assumed, "A request with Cache-Control: no-cache gets the same answer as one without.", read},
		{"get.missing-404", Documented, "A secret that does not exist gets 404.", read},
		{"get.illegal-path-400", Documented, "An illegal path in a URL gets 400.", nil},
		{"get.unknown-region-404", Documented, "An unknown region gets 404.", nil},
	}, func(t *checker) {
		missing := t.get(t.path("missing"))
		t.status("auth.missing-credentials-401", t.send(missing.withHeader(headerAuth, "")), http.StatusUnauthorized)
		authorization, err := t.run.service.credentials.authorize(t.ctx, t.run.service)
		if err != nil {
			t.need("credentials (%v)", err)
		}
		scheme, _, _ := strings.Cut(authorization, " ")
		t.status("auth.unknown-token-401", t.send(missing.withHeader(headerAuth, scheme+" "+t.text())), http.StatusUnauthorized)
		accepted := t.send(t.browse(t.path("")))
		t.holds("auth.scheme", accepted.status != http.StatusUnauthorized, "another status than 401", "%s", accepted.said())
		refused := t.send(missing.withHeader(headerOrg, ""))
		t.holds("auth.organisation-required", refused.status >= 400 && refused.status < 500 && refused.status != http.StatusNotFound,
			"a status from 400 to 499 other than 404", "%s", refused.said())
		fresh := t.send(missing.withHeader("Cache-Control", "no-cache"))
		t.status("requests.no-cache-accepted", fresh, http.StatusNotFound)
		t.status("get.missing-404", t.send(missing), http.StatusNotFound)
		illegal := t.get("/illegal~character")
		t.status("get.illegal-path-400", t.send(illegal), http.StatusBadRequest)
		elsewhere := t.get(t.path("missing"))
		elsewhere.path = strings.Replace(elsewhere.path, "/"+t.run.config.Region+"/", "/zz-99/", 1)
		t.status("get.unknown-region-404", t.send(elsewhere), http.StatusNotFound)
	}}
}

// withHeader is the request with another header; an empty value leaves it out.
func (r request) withHeader(name, value string) request {
	r.header = map[string]string{name: value}
	return r
}

// tokenScenario is about the token endpoint, by the answer that this run got from it.
func tokenScenario() scenario {
	return scenario{"tokens", "Access tokens", []Row{
		{"oidc.client-credentials", Documented, "The token endpoint issues an access token to an OIDC client.", []Need{needClientMethod}},
		{"oidc.token-exchange", Documented, "The token endpoint exchanges an identity token for an access token of a service account.", []Need{needExchangeMethod}},
	}, func(t *checker) {
		used := t.run.config.Credentials
		issued := used.hold().answer
		for id, row := range map[string]struct {
			method string
			need   Need
		}{
			"oidc.client-credentials": {methodClient, needClientMethod},
			"oidc.token-exchange":     {methodExchange, needExchangeMethod},
		} {
			own := t.branch()
			own.lacks(used.Method != row.method || issued == nil, row.need)
			if own.stuck != "" {
				own.holds(id, false, "", "")
				continue
			}
			d := issued.doc()
			own.holds(id, issued.ok() && d.text("access_token") != "" && strings.EqualFold(d.text("token_type"), "Bearer") && d.number("expires_in") > 0,
				"access_token, token_type Bearer and expires_in above 0", "token_type %q and expires_in %d with status %d", d.text("token_type"), d.number("expires_in"), issued.status)
		}
	}}
}

// gateScenario is about an organisation whose feature is off.
func gateScenario() scenario {
	return scenario{"gates", "Feature gates", []Row{
		{"gates.off-403", Documented, "Every call for an organisation without the feature gets 403.", []Need{needClosed}},
		{"gates.message-names-feature", Documented, "The message of that 403 names the feature.", []Need{needClosed}},
	}, func(t *checker) {
		closed := t.run.config.ClosedOrganisation
		t.lacks(closed == "", needClosed)
		// A token that was exchanged is for one organisation, so its 403 has another reason.
		t.lacks(t.run.config.Credentials.Method == methodExchange, "credentials that are not bound to one organisation")
		a := t.send(t.list(t.run.home()).withHeader(headerOrg, closed))
		t.holds("gates.off-403", a.status == http.StatusForbidden, "status 403", "%s", a.said())
		message := strings.ToLower(a.message())
		t.holds("gates.message-names-feature", strings.Contains(message, "secret") || strings.Contains(message, "kms"),
			`a message with "secret" or "kms"`, "%s", a.said())
	}}
}

// closingScenario checks what all answers of the run have in common.
func closingScenario() scenario {
	return scenario{"closing", "All answers", []Row{
		{"errors.json-message", Documented, `Every refusal is a JSON object with a text "message".`, nil},
		{"errors.json-content-type", Assumed, "Every body has the content type application/json.", nil},
		{"errors.no-echo", Assumed, "No refusal repeats the value that was sent.", writing()},
		{"time.date-header", Assumed, "Every answer has a Date header.", nil},
		{"reads.read-after-write", Assumed, "A read after a write shows it at once.", writing(needRead, needPut)},
		{"limits.retry-after-form", Documented, "A 429 has Retry-After, as seconds or as an HTTP date.", []Need{needRateLimit}},
	}, func(t *checker) {
		m := &t.run.service.meter
		always := t.free() // These rows need no write.
		always.holds("errors.json-message", m.formless == "", "the documented form", "%s", m.formless)
		always.holds("errors.json-content-type", m.untyped == "", "application/json", "%s", m.untyped)
		always.holds("time.date-header", m.undated == 0, "a Date in every answer", "%d answers without one", m.undated)
		always.lacks(m.limits == 0, needRateLimit)
		always.holds("limits.retry-after-form", m.badRetry == "", "seconds or an HTTP date", "%s", m.badRetry)

		t.lacks(t.run.doctor.state(needCreate) != permissionGranted, "the permission create")
		t.holds("errors.no-echo", m.echo == "", "no value in a refusal", "the value that was sent, in a refusal of %s", m.echo)
		t.permitted(needRead, needPut)
		t.holds("reads.read-after-write", m.lagged == "", "the write in the first read", "%s", m.lagged)
	}}
}
