package acctest_test

import (
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/acctest"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
)

// putInto is the secret that scenarios of versions are about.
const putInto = "nl-01/app/db"

// putFirst puts a version into a secret that is there, to be destroyed in the end.
func putFirst(p player) {
	p.in().create()
	p.in().typeName = "thalassasecrets_secret_version"
	p.in().config = map[string]any{
		"secret_id": putInto, "secret_string_wo": "mine", "value_wo_version": "1", "deletion_policy": "destroy",
	}
	p.plan()
	p.apply()
}

// createProtected creates a secret, protected or not.
func createProtected(p player, protected bool) {
	p.in().typeName = "thalassasecrets_secret"
	p.in().config = map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": protected}
	p.plan()
	p.apply()
}

// createDescribed creates a secret with a description that it keeps.
func createDescribed(p player) {
	p.in().typeName = "thalassasecrets_secret"
	p.in().config = map[string]any{"path": "/app/db", "kms_key_id": acctest.KMSKey, "deletion_protection": false, "description": "one", "on_immutable_change": "keep"}
	p.plan()
	p.apply()
}

// create creates the secret that versions are put into, from outside Terraform.
func (s *stage) create() {
	s.server.Create(client.NewSecret{ID: s.server.ID(putInto), Value: client.BytesValue([]byte("theirs"))})
}

// recreate deletes the secret and creates it again with as many versions, from outside
// Terraform.
func (s *stage) recreate() {
	s.server.Delete(putInto)
	s.create()
	s.server.Put(putInto, "theirs too")
}

// resourceScenarios are about the resources that users have.
var resourceScenarios = []scenario{
	{
		fact: "life", name: "of a version",
		play: func(p player) {
			putFirst(p)
			p.in().config["value_wo_version"] = "2"
			p.plan()
			p.in().server.Put(putInto, "theirs")
			p.apply()
			p.plan()
			p.apply()
		},
	},
	{
		fact: "life", name: "of a version with a policy",
		play: func(p player) {
			putFirst(p)
			p.in().config["rotation"] = map[string]any{"after": "30d", "keepers": map[string]string{"k": "1"}}
			p.in().config["retention"] = map[string]any{"keep": int64(1), "min_idle": "1d"}
			p.plan()
			p.apply()
			p.in().config["rotation"] = map[string]any{"after": "30d", "keepers": map[string]string{"k": "2"}}
			p.plan()
			p.apply()
		},
	},
	{
		fact: "life", name: "of a protected secret",
		play: func(p player) {
			createProtected(p, true)
			p.plan(acctest.Replace)
			p.plan(acctest.DestroyAll)
			p.taint()
			p.plan()
		},
	},
	{
		fact: "gone", name: "although protected",
		play: func(p player) {
			createProtected(p, true)
			p.in().server.Delete(putInto)
			p.plan()
			p.apply()
		},
	},
	{
		fact: "replace", name: "a secret",
		play: func(p player) {
			createProtected(p, false)
			p.in().config["description"], p.in().config["on_immutable_change"] = "another", "replace"
			p.plan()
			p.apply()
			p.plan()
		},
	},
	{
		fact: "keep", name: "a description that the service cannot change",
		play: func(p player) {
			createDescribed(p)
			p.in().config["description"] = "another"
			p.plan()
			p.apply()
			p.plan()
		},
	},
	{
		fact: "keep", name: "a description that is not known",
		play: func(p player) {
			createDescribed(p)
			p.in().config["description"] = acctest.Unknown
			p.plan()
			p.apply()
		},
	},
	{
		fact: "keep", name: "what is not known, beside an update",
		play: func(p player) {
			createDescribed(p)
			p.in().config["description"], p.in().config["deletion_protection"] = acctest.Unknown, true
			p.plan()
			p.apply()
		},
	},
	{
		fact: "replace", name: "a version",
		play: func(p player) {
			putFirst(p)
			p.plan(acctest.Replace)
			p.in().server.Put(putInto, "theirs")
			p.apply()
			p.plan()
		},
	},
	{
		fact: "replace", name: "a version by one of another secret",
		play: func(p player) {
			putFirst(p)
			p.in().server.Create(client.NewSecret{ID: p.in().server.ID("nl-01/app/other"), Value: client.BytesValue([]byte("theirs"))})
			p.in().config["secret_id"] = "nl-01/app/other"
			p.plan()
			p.apply()
			p.plan()
		},
	},
	{
		fact: "taint", name: "a version and replace it",
		play: func(p player) {
			putFirst(p)
			p.taint()
			p.plan()
			p.apply()
			p.plan()
		},
	},
	{
		fact: "taint", name: "a version and destroy it",
		play: func(p player) {
			putFirst(p)
			p.taint()
			p.plan(acctest.DestroyAll)
			p.apply()
		},
	},
	{
		fact: "taint", name: "a version and replace it in another life of its secret",
		play: func(p player) {
			putFirst(p)
			p.taint()
			p.plan()
			p.in().recreate()
			p.apply()
		},
	},
	{
		fact: "destroy", name: "a version",
		play: func(p player) {
			putFirst(p)
			p.plan(acctest.DestroyAll)
			p.in().server.Put(putInto, "theirs")
			p.apply()
		},
	},
	{
		fact: "destroy", name: "a version in another life of its secret",
		play: func(p player) {
			putFirst(p)
			p.plan(acctest.DestroyAll)
			p.in().recreate()
			p.apply()
		},
	},
	{
		fact: "deposed", name: "a version",
		play: func(p player) {
			p.in().createBeforeDestroy = true
			putFirst(p)
			p.plan(acctest.Replace)
			p.apply()
			p.plan()
		},
		notices: []string{"create_before_destroy is not played"},
	},
}
