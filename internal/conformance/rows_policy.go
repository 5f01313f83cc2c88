package conformance

import (
	"net/http"
)

// Addresses of conditions. 192.0.2.0/24 is reserved for documentation, so no caller
// has one of them.
var (
	everywhere = []string{"0.0.0.0/0", "::/0"}
	nowhere    = []string{"192.0.2.0/24"}
)

func ip(effect string, cidrs []string) with {
	return with{"type": "ip", "effect": effect, "cidrs": cidrs}
}

func conditions(list ...with) with { return with{"conditions": append([]with{}, list...)} }

// underPolicy sets a policy and checks whether a reveal succeeds or gets 403 under it.
func (t *checker) underPolicy(id, path string, policy with, allowed bool) {
	t.must(t.policy(path, policy))
	a := t.send(t.reveal(path, 0))
	t.revealed(a)
	if allowed {
		t.holds(id, a.ok(), "a reveal", "%s", a.said())
		return
	}
	t.holds(id, a.status == http.StatusForbidden, "status 403", "%s", a.said())
}

// permittedToReveal makes sure that a later 403 comes from a policy.
func (t *checker) permittedToReveal(path string) {
	t.revealed(t.must(t.reveal(path, 0)))
}

// policyScenario is about setting and clearing access policies.
func policyScenario() scenario {
	both := writing(needUpdate)
	reading := writing(needUpdate, needRead)
	return scenario{"policies", "Access policies", []Row{
		{"policy.answers-metadata", Documented, "updateAccessPolicy answers with the metadata, which has the policy.", both},
		{"policy.is-shown", Documented, "A read shows the policy.", reading},
		{"policy.null-clears", Documented, "A policy of null clears the policy.", reading},
		{"policy.replaces", Documented, "A policy replaces the one before as a whole.", reading},
		{"policy.unknown-fields-ignored", Documented, "Unknown fields of a policy are ignored.", both},
		{"policy.missing-400", Assumed, "updateAccessPolicy without accessPolicy gets 400.", both},
		{"policy.bad-cidr-400", Assumed, "An ip condition with something else than a CIDR gets 400.", both},
		{"policy.bad-effect-400", Assumed, "A condition with an unknown effect gets 400.", both},
		{"policy.bad-hour-400", Assumed, "A time condition with the hour 24 gets 400.", both},
		{"policy.missing-secret-404", Documented, "updateAccessPolicy of a secret that does not exist gets 404.", both},
	}, func(t *checker) {
		path := t.made("db", nil)
		answered := t.must(t.policy(path, conditions(ip("deny", nowhere)))).doc()
		list, _ := answered.rows("accessPolicy", "conditions")
		t.holds("policy.answers-metadata", answered.text("path") == path && len(list) == 1, "the path and the policy", "path %q, accessPolicy %s",
			answered.text("path"), shown(answered.at("accessPolicy")))
		reading := t.branch()
		list, _ = reading.must(reading.get(path)).doc().rows("accessPolicy", "conditions")
		reading.holds("policy.is-shown", len(list) == 1 && list[0].text("type") == "ip" && list[0].text("effect") == "deny", "the condition that was set", "%s", shown(list))

		reading.must(reading.policy(path, conditions(ip("allow", everywhere))))
		list, _ = reading.must(reading.get(path)).doc().rows("accessPolicy", "conditions")
		reading.holds("policy.replaces", len(list) == 1 && list[0].text("effect") == "allow", "the second condition alone", "%s", shown(list))

		unknown := conditions(ip("allow", everywhere))
		unknown["statements"] = []with{{"effect": "Deny", "actions": []string{"*"}}}
		t.accepted("policy.unknown-fields-ignored", t.send(t.policy(path, unknown)))
		bare := t.policy(path, nil)
		bare.body = with{}
		t.status("policy.missing-400", t.send(bare), http.StatusBadRequest)
		t.status("policy.bad-cidr-400", t.send(t.policy(path, conditions(ip("deny", []string{"192.0.2.300/24"})))), http.StatusBadRequest)
		t.status("policy.bad-effect-400", t.send(t.policy(path, conditions(ip("maybe", nowhere)))), http.StatusBadRequest)
		t.status("policy.bad-hour-400", t.send(t.policy(path, conditions(with{"type": "time", "effect": "allow", "startHour": 8, "endHour": 24, "timezone": "UTC"}))), http.StatusBadRequest)
		t.status("policy.missing-secret-404", t.send(t.policy(path+"-missing", nil)), http.StatusNotFound)
		reading = reading.unless(t)
		reading.must(reading.policy(path, nil))
		cleared := reading.must(reading.get(path)).doc()
		list, _ = cleared.rows("accessPolicy", "conditions")
		reading.holds("policy.null-clears", len(list) == 0, "no policy", "%s", shown(cleared.at("accessPolicy")))
	}}
}

// policyIPScenario is about conditions on addresses. Each is on a secret of the run, and
// a policy gates no change of the policy, so nothing can be locked out.
func policyIPScenario() scenario {
	both := writing(needUpdate, needReveal)
	return scenario{"policyip", "Conditions on addresses", []Row{
		{"policy.empty-allows", Documented, "A policy without conditions refuses nothing.", both},
		{"policy.ip-allow-matches", Documented, "An allow condition that matches lets a reveal through.", both},
		{"policy.ip-allow-misses-403", Documented, "Where no allow condition matches, a reveal gets 403.", both},
		{"policy.any-allow-suffices", Documented, "One of several allow conditions has to match.", both},
		{"policy.ip-deny-matches-403", Documented, "A deny condition that matches gets 403.", both},
		{"policy.ip-deny-misses", Documented, "A deny condition that does not match refuses nothing.", both},
		{"policy.deny-beats-allow-403", Documented, "A deny condition that matches beats any allow condition.", both},
	}, func(t *checker) {
		path := t.made("db", nil)
		t.permittedToReveal(path)
		t.underPolicy("policy.empty-allows", path, conditions(), true)
		t.underPolicy("policy.ip-allow-matches", path, conditions(ip("allow", everywhere)), true)
		t.underPolicy("policy.ip-allow-misses-403", path, conditions(ip("allow", nowhere)), false)
		t.underPolicy("policy.any-allow-suffices", path, conditions(ip("allow", nowhere), ip("allow", everywhere)), true)
		t.underPolicy("policy.ip-deny-matches-403", path, conditions(ip("deny", everywhere)), false)
		t.underPolicy("policy.ip-deny-misses", path, conditions(ip("deny", nowhere)), true)
		t.underPolicy("policy.deny-beats-allow-403", path, conditions(ip("allow", everywhere), ip("deny", everywhere)), false)
	}}
}

// policyTimeScenario is about conditions on hours, by the clock of the service.
func policyTimeScenario() scenario {
	both := writing(needUpdate, needReveal)
	return scenario{"policytime", "Conditions on hours", []Row{
		{"policy.time-allow-matches", Documented, "A time condition lets a reveal through during its hours.", both},
		{"policy.time-allow-misses-403", Documented, "Outside of its hours a reveal gets 403.", both},
		{"policy.time-overnight", Documented, "A window may span midnight.", both},
		{"policy.time-end-exclusive", Assumed, "The end hour is not part of the window.", both},
		{"policy.time-equal-hours", Assumed, "A window whose start and end are equal is the whole day.", both},
		{"policy.time-zone", Documented, "The hours are those of the time zone of the condition.", both},
		{"policy.time-deny-403", Assumed, "A deny condition on hours refuses during them.", both},
	}, func(t *checker) {
		path := t.made("db", nil)
		t.permittedToReveal(path)
		date := t.must(t.policy(path, nil)).date
		if date.IsZero() {
			t.need("a Date header, which shows the hour of the service")
		}
		h := date.UTC().Hour()
		window := func(effect string, start, end int, zone string) with {
			return conditions(with{"type": "time", "effect": effect, "startHour": (start + 48) % 24, "endHour": (end + 48) % 24, "timezone": zone})
		}
		// Windows reach into the next hour, because it may begin meanwhile.
		t.underPolicy("policy.time-allow-matches", path, window("allow", h, h+2, "UTC"), true)
		t.underPolicy("policy.time-allow-misses-403", path, window("allow", h+10, h+12, "UTC"), false)
		night := window("allow", h, h-2, "UTC")
		if h < 2 {
			night = window("allow", 22, 4, "UTC")
		}
		t.underPolicy("policy.time-overnight", path, night, true)
		t.underPolicy("policy.time-end-exclusive", path, window("allow", h-1, h, "UTC"), false)
		t.underPolicy("policy.time-equal-hours", path, window("allow", h+12, h+12, "UTC"), true)
		// Tokyo is nine hours ahead, all year.
		t.underPolicy("policy.time-zone", path, window("allow", h+9, h+11, "Asia/Tokyo"), true)
		t.underPolicy("policy.time-deny-403", path, window("deny", h, h+2, "UTC"), false)
	}}
}

// policyReachScenario is about what a policy gates.
func policyReachScenario() scenario {
	return scenario{"policyreach", "What a policy gates", []Row{
		{"policy.gates-put-403", Documented, "A policy gates putSecretValue too.", writing(needUpdate, needPut)},
		{"policy.leaves-get", Documented, "A policy does not gate reads of the metadata.", writing(needUpdate, needRead)},
		{"policy.leaves-list", Documented, "A policy does not gate lists.", writing(needUpdate, needRead, needList)},
		{"policy.leaves-policy", Documented, "A policy does not gate changes of itself.", writing(needUpdate)},
		{"policy.leaves-destroy", Documented, "A policy does not gate destroying versions.", writing(needUpdate)},
		{"policy.leaves-delete", Documented, "A policy does not gate deleting the secret.", writing(needUpdate)},
	}, func(t *checker) {
		path := t.made("db", nil)
		putting := t.branch()
		putting.must(putting.put(path, nil))
		t.must(t.policy(path, conditions(ip("deny", everywhere))))
		putting = putting.unless(t)
		refused := putting.send(putting.put(path, nil))
		putting.holds("policy.gates-put-403", refused.status == http.StatusForbidden, "status 403", "%s", refused.said())
		t.status("policy.leaves-policy", t.send(t.policy(path, conditions(ip("deny", everywhere)))), http.StatusOK)

		// A missing permission gets 403 as well, so the known permissions decide which it is.
		leaves := func(id string, t *checker, need Need, a answer, ok bool) {
			t.permitted(need)
			t.holds(id, a.ok() && ok, "success", "%s", a.said())
		}
		reading := t.branch()
		leaves("policy.leaves-get", reading, needRead, reading.send(reading.get(path)), true)
		listing := reading.branch()
		listed := listing.send(listing.list(t.path("")))
		entries, _ := listed.list()
		leaves("policy.leaves-list", listing, needList, listed, len(entries) == 1)
		t.accepted("policy.leaves-destroy", t.send(t.destroy(path, 1)))
		t.accepted("policy.leaves-delete", t.send(t.remove(path)))
	}}
}

// forwardedScenario is about whose address a condition looks at.
func forwardedScenario() scenario {
	both := writing(needUpdate, needReveal)
	return scenario{"forwarded", "The address of the client", []Row{
		{"policy.client-ip-forwarded-for", Documented, "The client's address is the first of X-Forwarded-For, where there is one.", both},
		{"policy.client-ip-real-ip", Documented, "Without X-Forwarded-For it is X-Real-IP.", both},
	}, func(t *checker) {
		path := t.made("db", nil)
		t.permittedToReveal(path)
		t.must(t.policy(path, conditions(ip("allow", nowhere))))
		for id, header := range map[string]string{"policy.client-ip-forwarded-for": "X-Forwarded-For", "policy.client-ip-real-ip": "X-Real-IP"} {
			a := t.send(t.reveal(path, 0).withHeader(header, "192.0.2.1"))
			t.revealed(a)
			t.holds(id, a.ok(), "a reveal", "%s", a.said())
		}
	}}
}
