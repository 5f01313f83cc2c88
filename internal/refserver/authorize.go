package refserver

import (
	"net/http"
	"strings"
)

// operation is the rule by which a call is authorized, and the function that carries it
// out.
type operation struct {
	feature    string
	permission permission
	// prepare reads the path that the permission is about, if it is in the body.
	prepare func(*store, *call) *problem
	// identity is the path or key that the permission is checked for. If it is nil, the
	// check is that for listings.
	identity func(*call) string
	run      func(*store, *call) answer
}

// noPermission marks an operation that every principal of the organisation may use. An
// operation with an empty permission is refused.
const noPermission permission = "none"

// onPath, onKey and onEveryKey are the identities that permissions are checked for.
func onPath(c *call) string { return c.route.path }

func onKey(c *call) string { return c.route.key }

func onEveryKey(*call) string { return "*" }

// operationRules has every operation but issueToken, whose callers have no access token yet.
// An operation without a rule cannot be run.
var operationRules = map[string]operation{
	opBrowse:      {featureSecrets, permList, nil, nil, (*store).browseSecrets},
	opList:        {featureSecrets, permList, nil, nil, (*store).listSecrets},
	opCreate:      {featureSecrets, permCreate, (*store).readCreate, onPath, (*store).createSecret},
	opGet:         {featureSecrets, permRead, nil, onPath, (*store).getSecret},
	opPut:         {featureSecrets, permPut, nil, onPath, (*store).putSecretValue},
	opReveal:      {featureSecrets, permReveal, nil, onPath, (*store).getSecretValue},
	opDestroy:     {featureSecrets, permDelete, nil, onPath, (*store).destroySecretVersion},
	opDelete:      {featureSecrets, permDelete, nil, onPath, (*store).deleteSecret},
	opPolicy:      {featureSecrets, permUpdate, nil, onPath, (*store).updateAccessPolicy},
	opKeyCreate:   {featureKMS, permKMSManage, nil, onEveryKey, (*store).createKey},
	opKeyList:     {featureKMS, permKMSRead, nil, onEveryKey, (*store).listKeys},
	opKeyGet:      {featureKMS, permKMSRead, nil, onKey, (*store).getKey},
	opKeyDelete:   {featureKMS, permKMSManage, nil, onKey, (*store).deleteKey},
	opKeyCancel:   {featureKMS, permKMSManage, nil, onKey, (*store).cancelKeyDeletion},
	opKeyRotate:   {featureKMS, permKMSManage, nil, onKey, (*store).rotateKeyOnDemand},
	opKeyEnable:   {featureKMS, permKMSManage, nil, onKey, (*store).enableKey},
	opKeyDisable:  {featureKMS, permKMSManage, nil, onKey, (*store).disableKey},
	opKeyRotation: {featureKMS, permKMSManage, nil, onKey, (*store).updateKeyRotation},
	// It needs no feature, because it shows whether the feature is on.
	opKMSSummary: {permission: noPermission, run: (*store).summary},
	opAuditLog:   {permission: permAuditLog, identity: onEveryKey, run: (*store).listAuditLog},
}

// answer refuses a call or runs its operation. The checks come in this order, and the
// answer names only the first that fails:
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
	op := operationRules[c.route.operation]
	for _, gate := range []func(*call, operation) *problem{
		st.checkOrganisation, st.checkFeatures, st.checkRegion, st.checkForm, st.checkProject, st.prepare, st.checkPermission,
	} {
		if p := gate(c, op); p != nil {
			return p.answer()
		}
	}
	return op.run(st, c)
}

// authenticate refuses a call whose credentials are not valid.
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

// checkFeatures refuses calls to a feature that is switched off. KMS encrypts secrets,
// so they need both features.
func (st *store) checkFeatures(c *call, op operation) *problem {
	needed := map[string][]string{featureSecrets: {featureSecrets, featureKMS}, featureKMS: {featureKMS}}[op.feature]
	for _, feature := range needed {
		if st.featureOff(c.organisation, feature) {
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

// checkPermission refuses calls without the permission. It fails closed: an operation
// without a rule is always refused.
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
