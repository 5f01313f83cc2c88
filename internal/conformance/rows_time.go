package conformance

import (
	"time"
)

// clocksAgree is how far two times of the service may be apart for one moment: both
// may be cut or rounded to whole seconds.
const clocksAgree = 2 * time.Second

// timeScenario is about the times in metadata.
func timeScenario() scenario {
	both := writing(needRead)
	return scenario{"times", "Times", []Row{
		{"time.rfc3339", Documented, "Times are in the form of RFC 3339.", both},
		{"time.created-at-resolution", Assumed, "Creation times are finer than a second.", both},
		{"time.created-at-is-stable", Documented, "The creation time is the same in the answer of the create and in every read.", both},
		{"time.created-at-by-date", Assumed, "The creation time is by the clock of the Date header.", both},
		{"time.version-by-date", Assumed, "The creation time of a version is by the clock of the Date header.", writing(needRead, needPut)},
		{"time.versions-ascend", Assumed, "A later version has a later creation time.", writing(needRead, needPut)},
		{"time.destroyed-by-date", Assumed, "The time of a destruction is by the clock of the Date header.", writing(needRead, needPut)},
	}, func(t *checker) {
		path := t.path("db")
		created := t.must(t.create(path, nil))
		other := t.must(t.create(t.path("other"), nil))
		at := created.doc().moment("createdAt")
		d := t.history(path, hasVersion(1))
		t.holds("time.rfc3339", !d.moment("createdAt").IsZero() && !d.moment("updatedAt").IsZero() && !d.version(1).moment("createdAt").IsZero(),
			"RFC 3339", "createdAt %q, updatedAt %q, of version 1 %q", d.text("createdAt"), d.text("updatedAt"), d.version(1).text("createdAt"))
		if at.IsZero() || d.moment("createdAt").IsZero() || d.version(1).moment("createdAt").IsZero() {
			t.need("times in the form of RFC 3339")
		}
		t.holds("time.created-at-resolution", at.Nanosecond() != 0 || other.doc().moment("createdAt").Nanosecond() != 0, "a fraction of a second",
			"%q and %q", created.doc().text("createdAt"), other.doc().text("createdAt"))
		t.holds("time.created-at-is-stable", d.moment("createdAt").Equal(at), created.doc().text("createdAt"), "%s", d.text("createdAt"))
		near := func(t *checker, id string, a answer, d doc, field string) {
			if a.date.IsZero() {
				t.need("a Date header")
			}
			apart := d.moment(field).Sub(a.date)
			t.holds(id, !d.moment(field).IsZero() && apart.Abs() <= clocksAgree, "at most 2 s apart", "%s at the Date %s", d.text(field), a.date.Format(time.RFC3339))
		}
		near(t.branch(), "time.created-at-by-date", created, created.doc(), "createdAt")

		putting := t.branch()
		putting.tick()
		put := putting.must(putting.put(path, nil))
		history := putting.history(path, hasVersion(2))
		near(putting.branch(), "time.version-by-date", put, history.version(2), "createdAt")
		putting.holds("time.versions-ascend", history.version(2).moment("createdAt").After(history.version(1).moment("createdAt")), "a later time",
			"%q after %q", history.version(2).text("createdAt"), history.version(1).text("createdAt"))
		destroyed := putting.must(putting.destroy(path, 1))
		history = putting.history(path, isDestroyed(1))
		if putting.stuck == "" && history.version(1).moment("destroyedAt").IsZero() {
			putting.need("destroyedAt")
		}
		near(putting, "time.destroyed-by-date", destroyed, history.version(1), "destroyedAt")
	}}
}
