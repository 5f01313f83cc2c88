package conformance

import "net/http"

// projectScenario is about the secrets of another project.
func projectScenario() scenario {
	return scenario{"projects", "Projects", []Row{
		{"projects.other-404", Documented, "A secret of another project gets 404.", writing(needRead, needOtherProject)},
		{"projects.other-not-listed", Documented, "A secret of another project is in no list.", writing(needRead, needList, needOtherProject)},
		{"projects.other-delete-404", Documented, "Deleting a secret of another project gets 404.", writing(needOtherProject)},
	}, func(t *checker) {
		other := t.run.config.OtherProject
		t.lacks(other == "", needOtherProject)
		path := t.made("db", nil)
		t.status("projects.other-404", t.send(t.get(path).withHeader(headerProject, other)), http.StatusNotFound)
		listed := t.send(t.list(t.path("")).withHeader(headerProject, other))
		if t.accepted("projects.other-not-listed", listed); listed.ok() {
			entries, _ := listed.list()
			listing := t.branch()
			listing.permitted(needRead)
			listing.holds("projects.other-not-listed", len(entries) == 0, "an empty list", "%d secrets", len(entries))
		}
		t.status("projects.other-delete-404", t.send(t.remove(path).withHeader(headerProject, other)), http.StatusNotFound)
	}}
}

// readerScenario is about a caller of the role secrets:ReadAccess.
func readerScenario() scenario {
	needs := writing(needReader)
	return scenario{"reader", "The role secrets:ReadAccess", []Row{
		{"iam.reader-reads", Documented, "The role secrets:ReadAccess reads metadata.", needs},
		{"iam.reader-lists", Documented, "The role secrets:ReadAccess lists.", needs},
		{"iam.missing-create-403", Documented, "createSecret without the permission gets 403.", needs},
		{"iam.missing-reveal-403", Documented, "getSecretValue without the permission gets 403.", needs},
		{"iam.missing-put-403", Documented, "putSecretValue without the permission gets 403.", needs},
		{"iam.missing-update-403", Documented, "updateAccessPolicy without the permission gets 403.", needs},
		{"iam.missing-delete-403", Documented, "destroySecretVersion and deleteSecret without the permission get 403.", needs},
		{"iam.permission-before-existence", Assumed, "A missing permission gets 403 also where the secret does not exist.", needs},
	}, func(t *checker) {
		t.lacks(!t.run.config.Reader.isSet(), needReader)
		path := t.made("db", nil)
		as := func(r request) answer {
			r.reader = true
			return t.send(r)
		}
		refused := func(id string, a answer) {
			t.revealed(a)
			t.holds(id, a.status == http.StatusForbidden, "status 403", "%s", a.said())
		}
		read := as(t.get(path))
		t.holds("iam.reader-reads", read.ok(), "success", "%s", read.said())
		listed := as(t.list(t.path("")))
		entries, _ := listed.list()
		t.holds("iam.reader-lists", listed.ok() && len(entries) == 1, "the secret", "%s, %d secrets", listed.said(), len(entries))
		refused("iam.missing-create-403", as(t.create(t.path("new"), nil)))
		refused("iam.missing-reveal-403", as(t.reveal(path, 0)))
		refused("iam.missing-put-403", as(t.put(path, nil)))
		refused("iam.missing-update-403", as(t.policy(path, nil)))
		refused("iam.permission-before-existence", as(t.put(path+"-missing", nil)))
		destroyed := as(t.destroy(path, 1))
		if destroyed.status != http.StatusForbidden {
			refused("iam.missing-delete-403", destroyed)
			return
		}
		refused("iam.missing-delete-403", as(t.remove(path)))
	}}
}
