package refserver

import (
	"maps"
	"net/http"
	"time"
)

// keyJSON is a KMS key as callers see it.
type keyJSON struct {
	Identity             string            `json:"identity"`
	Name                 string            `json:"name"`
	Slug                 string            `json:"slug"`
	Description          string            `json:"description,omitempty"`
	Labels               map[string]string `json:"labels,omitempty"`
	Annotations          map[string]string `json:"annotations,omitempty"`
	KeyType              string            `json:"keyType"`
	Status               string            `json:"status"`
	KeyRotationEnabled   bool              `json:"keyRotationEnabled"`
	RotationPeriodInDays *int              `json:"rotationPeriodInDays,omitempty"`
	LatestVersion        int               `json:"latestVersion"`
	ObjectVersion        int64             `json:"objectVersion"`
	CreatedAt            time.Time         `json:"createdAt"`
	UpdatedAt            time.Time         `json:"updatedAt"`
	Versions             []keyVersionJSON  `json:"versions"`
}

type keyVersionJSON struct {
	Version   int       `json:"version"`
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
}

// json describes the key without its material, and shares no memory with it.
func (k *key) json() keyJSON {
	j := keyJSON{
		Identity: k.id.identity, Name: k.name, Slug: k.slug, Description: k.description,
		Labels: maps.Clone(k.labels), Annotations: maps.Clone(k.annotations),
		KeyType: k.keyType, Status: string(k.status), KeyRotationEnabled: k.rotation,
		LatestVersion: len(k.versions), ObjectVersion: k.objectVersion, CreatedAt: k.createdAt, UpdatedAt: k.updatedAt,
	}
	if k.rotationDays != nil {
		days := *k.rotationDays
		j.RotationPeriodInDays = &days
	}
	for i := len(k.versions) - 1; i >= 0; i-- {
		j.Versions = append(j.Versions, keyVersionJSON{Version: i + 1, Status: statusActive, CreatedAt: k.versions[i].createdAt})
	}
	return j
}

// summaryJSON is the body of getKMSSummary's answer.
type summaryJSON struct {
	FeatureEnabled bool                `json:"featureEnabled"`
	Regions        []summaryRegionJSON `json:"regions"`
}

type summaryRegionJSON struct {
	Identity            string `json:"identity"`
	Name                string `json:"name"`
	Slug                string `json:"slug"`
	KMSAvailable        bool   `json:"kmsAvailable"`
	TotalKeys           int    `json:"totalKeys"`
	ActiveKeys          int    `json:"activeKeys"`
	DisabledKeys        int    `json:"disabledKeys"`
	PendingDeletionKeys int    `json:"pendingDeletionKeys"`
}

// summary works with the feature off too: to tell that is what it is for.
func (st *store) summary(c *call) answer {
	body := summaryJSON{FeatureEnabled: !st.featureOff(c.organisation, featureKMS), Regions: []summaryRegionJSON{}}
	for _, slug := range st.slugs {
		r := st.regions[slug]
		row := summaryRegionJSON{Identity: r.Identity, Name: r.Name, Slug: slug, KMSAvailable: !r.NoKMS}
		for _, k := range st.sortedKeys(slug, c.organisation) {
			row.TotalKeys++
			switch k.status {
			case KeyActive:
				row.ActiveKeys++
			case KeyDisabled:
				row.DisabledKeys++
			case KeyPendingDeletion:
				row.PendingDeletionKeys++
			}
		}
		body.Regions = append(body.Regions, row)
	}
	return answer{status: http.StatusOK, body: body}
}

// rotationInput is the part of a body that sets automatic rotation.
type rotationInput struct {
	KeyRotationEnabled   *bool `json:"keyRotationEnabled"`
	RotationPeriodInDays *int  `json:"rotationPeriodInDays"`
}

func (in rotationInput) check() *problem {
	if in.RotationPeriodInDays != nil && *in.RotationPeriodInDays < 1 {
		return badRequest("rotationPeriodInDays must be 1 or more")
	}
	return nil
}

func (in rotationInput) apply(k *key) {
	if in.KeyRotationEnabled != nil {
		k.rotation = *in.KeyRotationEnabled
	}
	if in.RotationPeriodInDays != nil {
		k.rotationDays = in.RotationPeriodInDays
	}
}

func (st *store) createKey(c *call) answer {
	var body struct {
		rotationInput
		Name        string            `json:"name"`
		Description string            `json:"description"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
		KeyType     string            `json:"keyType"`
	}
	if p := c.decodeBody(&body); p != nil {
		return p.answer()
	}
	if p := body.check(); p != nil {
		return p.answer()
	}
	switch {
	case body.Name == "":
		return badRequest("name is missing").answer()
	case body.KeyType != "" && !knownKeyType(body.KeyType):
		return badRequest("unknown keyType %q", body.KeyType).answer()
	}
	if p := st.kmsAvailable(c.route.region); p != nil {
		return p.answer()
	}
	for _, k := range st.sortedKeys(c.route.region, c.organisation) {
		if k.name == body.Name {
			return refuse(http.StatusConflict, "a KMS key named %q already exists in the region %q", body.Name, c.route.region).answer()
		}
	}
	k := st.addKey(Key{Region: c.route.region, Name: body.Name, Type: body.KeyType, Organisation: c.organisation}, c.now)
	k.description, k.labels, k.annotations = body.Description, body.Labels, body.Annotations
	body.apply(k)
	return answer{status: http.StatusCreated, body: k.json()}
}

func (st *store) listKeys(c *call) answer {
	if p := st.kmsAvailable(c.route.region); p != nil {
		return p.answer()
	}
	list := []keyJSON{}
	for _, k := range st.sortedKeys(c.route.region, c.organisation) {
		if c.route.keyName == "" || c.route.keyName == k.name {
			list = append(list, k.json())
		}
	}
	return answer{status: http.StatusOK, body: list}
}

func (st *store) getKey(c *call) answer {
	return st.onKey(c, http.StatusOK, func(*key) *problem { return nil })
}

// deleteKey schedules the deletion. The key stays, unusable, for as long as the
// server runs.
func (st *store) deleteKey(c *call) answer {
	return st.onKey(c, http.StatusNoContent, func(k *key) *problem {
		if k.status != KeyPendingDeletion {
			k.status = KeyPendingDeletion
			k.changed(c.now)
		}
		return nil
	})
}

func (st *store) cancelKeyDeletion(c *call) answer {
	return st.onKey(c, http.StatusNoContent, func(k *key) *problem {
		if k.status != KeyPendingDeletion {
			return badRequest("KMS key %q is not scheduled for deletion: its status is %s", k.id.identity, k.status)
		}
		k.status = KeyActive
		k.changed(c.now)
		return nil
	})
}

func (st *store) rotateKeyOnDemand(c *call) answer {
	return st.onKey(c, http.StatusOK, func(k *key) *problem {
		if k.status != KeyActive {
			return badRequest("KMS key %q is not operational: its status is %s", k.id.identity, k.status)
		}
		st.rotateKey(k, c.now)
		return nil
	})
}

func (st *store) enableKey(c *call) answer { return st.switchKey(c, KeyActive) }

func (st *store) disableKey(c *call) answer { return st.switchKey(c, KeyDisabled) }

func (st *store) switchKey(c *call, status KeyStatus) answer {
	return st.onKey(c, http.StatusOK, func(k *key) *problem {
		if k.status == KeyPendingDeletion {
			return badRequest("KMS key %q is scheduled for deletion; cancel that first", k.id.identity)
		}
		if k.status != status {
			k.status = status
			k.changed(c.now)
		}
		return nil
	})
}

func (st *store) updateKeyRotation(c *call) answer {
	var body rotationInput
	if p := c.decodeBody(&body); p != nil {
		return p.answer()
	}
	if p := body.check(); p != nil {
		return p.answer()
	}
	return st.onKey(c, http.StatusOK, func(k *key) *problem {
		body.apply(k)
		k.changed(c.now)
		return nil
	})
}

// onKey finds the call's key, changes it and answers with it, unless the
// status is one that has no body.
func (st *store) onKey(c *call, status int, change func(*key) *problem) answer {
	if p := st.kmsAvailable(c.route.region); p != nil {
		return p.answer()
	}
	k, p := st.findKey(c, c.route.key)
	if p != nil {
		return p.answer()
	}
	if p := change(k); p != nil {
		return p.answer()
	}
	if status == http.StatusNoContent {
		return answer{status: status}
	}
	return answer{status: status, body: k.json()}
}
