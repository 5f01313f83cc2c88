package refserver

import (
	"net/http"
	"strings"
)

// operation is what the gates need to know to let a call through to it.
type operation struct {
	feature    string
	permission permission
	// prepare reads what the permission is about, where that is in the body.
	prepare func(*store, *call) *problem
	// identity is what the permission is asked on; nil asks for listing.
	identity func(*call) string
	run      func(*store, *call) answer
}

// noPermission is what an operation says that everybody in the organisation may do.
// An operation that says nothing is for nobody.
const noPermission permission = "none"

// operationNamed finds an operation. One that is not here cannot be run.
func operationNamed(name string) operation {
	path := func(c *call) string { return c.route.path }
	key := func(c *call) string { return c.route.key }
	everyKey := func(*call) string { return "*" }
	switch name {
	case opBrowse:
		return operation{featureSecrets, permList, nil, nil, (*store).browseSecrets}
	case opList:
		return operation{featureSecrets, permList, nil, nil, (*store).listSecrets}
	case opCreate:
		return operation{featureSecrets, permCreate, (*store).readCreate, path, (*store).createSecret}
	case opGet:
		return operation{featureSecrets, permRead, nil, path, (*store).getSecret}
	case opPut:
		return operation{featureSecrets, permPut, nil, path, (*store).putSecretValue}
	case opReveal:
		return operation{featureSecrets, permReveal, nil, path, (*store).getSecretValue}
	case opDestroy:
		return operation{featureSecrets, permDelete, nil, path, (*store).destroySecretVersion}
	case opDelete:
		return operation{featureSecrets, permDelete, nil, path, (*store).deleteSecret}
	case opPolicy:
		return operation{featureSecrets, permUpdate, nil, path, (*store).updateAccessPolicy}
	case opKeyCreate:
		return operation{featureKMS, permKMSManage, nil, everyKey, (*store).createKey}
	case opKeyList:
		return operation{featureKMS, permKMSRead, nil, everyKey, (*store).listKeys}
	case opKeyGet:
		return operation{featureKMS, permKMSRead, nil, key, (*store).getKey}
	case opKeyDelete:
		return operation{featureKMS, permKMSManage, nil, key, (*store).deleteKey}
	case opKeyCancel:
		return operation{featureKMS, permKMSManage, nil, key, (*store).cancelKeyDeletion}
	case opKeyRotate:
		return operation{featureKMS, permKMSManage, nil, key, (*store).rotateKeyOnDemand}
	case opKeyEnable:
		return operation{featureKMS, permKMSManage, nil, key, (*store).enableKey}
	case opKeyDisable:
		return operation{featureKMS, permKMSManage, nil, key, (*store).disableKey}
	case opKeyRotation:
		return operation{featureKMS, permKMSManage, nil, key, (*store).updateKeyRotation}
	case opKMSSummary:
		// It asks for no feature: telling whether the feature is on is what it is for.
		return operation{permission: noPermission, run: (*store).summary}
	case opAuditLog:
		return operation{permission: permAuditLog, identity: everyKey, run: (*store).listAuditLog}
	}
	return operation{feature: featureSecrets}
}

// answer refuses a call or runs its operation. What is wrong with a call is
// found in this order, and only the first thing wrong is told:
//
//  1. no or bad credentials                  401
//  2. URL or method of no operation          404, 405
//  3. organisation header missing            400
//  4. organisation not the caller's          403
//  5. feature gate                           403
//  6. region unknown                         404
//  7. path or query malformed                400
//  8. project not the caller's               404
//  9. permission missing                     403
//  10. body                                   400, 413
//  11. secret missing, or path taken          404, 409
//  12. access policy                          403
//  13. version missing or destroyed           404, 400
//  14. KMS: not in the region, key missing,
//     of the wrong type, not operational     503, 404, 400
//
// Steps 10 to 14 belong to the operations. Creating a secret reads its body
// before step 9, because its path is there.
func (st *store) answer(c *call) answer {
	if c.route.operation == opToken {
		return st.issueToken(c)
	}
	if p := st.authenticate(c); p != nil {
		return p.answer()
	}
	return st.answerPrincipal(c)
}

// answerPrincipal answers a call whose caller is known: steps 2 to 14.
func (st *store) answerPrincipal(c *call) answer {
	if c.route.unroutable != nil {
		return c.route.unroutable.answer()
	}
	op := operationNamed(c.route.operation)
	for _, gate := range []func(*call, operation) *problem{
		st.checkOrganisation, st.checkFeatures, st.checkRegion, st.checkForm, st.checkProject, st.prepare, st.checkPermission,
	} {
		if p := gate(c, op); p != nil {
			return p.answer()
		}
	}
	return op.run(st, c)
}

// authenticate lets a call through whose credentials are valid.
func (st *store) authenticate(c *call) (p *problem) {
	c.principal, p = st.identify(c)
	return p
}

// identify finds the principal that the call's credentials belong to.
func (st *store) identify(c *call) (Principal, *problem) {
	scheme, token, _ := strings.Cut(c.authorization, " ")
	token = strings.TrimSpace(token)
	switch {
	case c.authorization == "":
		return Principal{}, refuse(http.StatusUnauthorized, `no credentials: the Authorization header is missing`)
	case token == "" || !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "Token"):
		return Principal{}, refuse(http.StatusUnauthorized, `the Authorization header must be "Bearer" with an access token or "Token" with a personal API token`)
	}
	if issued, ok := st.issued[token]; ok && strings.EqualFold(scheme, "Bearer") {
		if !c.now.Before(issued.expires) {
			return Principal{}, refuse(http.StatusUnauthorized, "the access token has expired")
		}
		return issued.principal, nil
	}
	p, ok := st.principals.withToken(token)
	if !ok || !p.accepts(scheme) {
		return Principal{}, refuse(http.StatusUnauthorized, "the credentials are not valid")
	}
	return p, nil
}

func (st *store) checkOrganisation(c *call, _ operation) *problem {
	if c.organisation == "" {
		return badRequest("the header X-Organisation-Identity is missing")
	}
	if !c.principal.inOrganisation(c.organisation) {
		return forbidden("no access to the organisation %q", c.organisation)
	}
	return nil
}

// checkFeatures refuses calls to a feature that is switched off. Secrets are
// sealed by KMS, so they need both features.
func (st *store) checkFeatures(c *call, op operation) *problem {
	needed := map[string][]string{featureSecrets: {featureSecrets, featureKMS}, featureKMS: {featureKMS}}[op.feature]
	for _, feature := range needed {
		if st.gateOff(c.organisation, feature) {
			return forbidden("the feature %q is not enabled for the organisation %q", feature, c.organisation)
		}
	}
	return nil
}

func (st *store) checkRegion(c *call, op operation) *problem {
	if _, ok := st.regions[c.route.region]; !ok && op.feature != "" {
		return notFound("region %q not found", c.route.region)
	}
	return nil
}

func (st *store) checkForm(c *call, _ operation) *problem {
	return c.route.malformed
}

func (st *store) checkProject(c *call, _ operation) *problem {
	switch {
	case c.principal.inProject(c.project):
		return nil
	case c.project == "":
		return notFound("the organisation's own secrets are outside the projects of this caller")
	default:
		return notFound("project %q not found", c.project)
	}
}

func (st *store) prepare(c *call, op operation) *problem {
	if op.prepare == nil {
		return nil
	}
	return op.prepare(st, c)
}

// checkPermission refuses what the caller has no permission for. It fails closed: an
// operation without a rule is refused to everybody.
func (st *store) checkPermission(c *call, op operation) *problem {
	if op.run == nil || op.permission == "" {
		return forbidden("the operation %q has no rule for who may use it", c.route.operation)
	}
	on, allowed := c.route.path, false
	switch {
	case op.permission == noPermission:
		return nil
	case op.identity != nil:
		on = op.identity(c)
		allowed = c.principal.may(op.permission, on)
	case op.permission == permList:
		allowed = c.principal.mayList(on)
	}
	if !allowed {
		return forbidden("missing permission %s on %s", op.permission, on)
	}
	return nil
}
