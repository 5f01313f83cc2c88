package robustness

import "context"

// answeredCases are the operations of the table.
func answeredCases() []answeredCase {
	return []answeredCase{
		{
			name: "read of a secret", operation: "getSecret", before: withVersions,
			act:  func(ctx context.Context, a *answered) error { return a.refresh(ctx, a.secret) },
			harm: (*answered).readHarm,
		},
		{
			name: "read of a version", operation: "getSecret", before: withVersions,
			act:  func(ctx context.Context, a *answered) error { return a.refresh(ctx, a.version) },
			harm: (*answered).readHarm,
		},
		{
			name: "browse after a 404 of a gateway", operation: "browseSecrets", before: withVersions,
			beside: map[string]lie{"getSecret": gateway404},
			act:    func(ctx context.Context, a *answered) error { return a.refresh(ctx, a.secret) },
			harm:   (*answered).readHarm,
		},
		{
			name: "list", operation: "listSecrets", before: withMany,
			act: func(ctx context.Context, a *answered) error { return a.refreshMany(ctx) }, harm: (*answered).readHarm,
		},
		{
			name: "KMS key", operation: "getKMSKey", before: func(context.Context, *answered) error { return nil },
			act: func(ctx context.Context, a *answered) error { return a.planAndApply(ctx) }, harm: (*answered).createHarm,
		},
		{
			name: "token", operation: "issueToken", before: withVersions,
			act: func(ctx context.Context, a *answered) error {
				a.version.Provider["client_id"], a.version.Provider["client_secret"] = "ci", "client-secret"
				a.value["secret_string_wo"], a.value["value_wo_version"] = "two", "2"
				plan, err := a.version.Plan(ctx, a.value)
				if err != nil {
					return a.note(err)
				}
				return a.note(a.version.Apply(ctx, plan))
			},
			harm: (*answered).putHarm,
		},
		{
			name: "create", operation: "createSecret", writes: true, before: func(context.Context, *answered) error { return nil },
			act: func(ctx context.Context, a *answered) error { return a.apply(ctx, a.secret, a.container) }, harm: (*answered).createHarm,
		},
		{
			name: "first put", operation: "putSecretValue", writes: true, before: withContainer,
			act: func(ctx context.Context, a *answered) error { return a.apply(ctx, a.version, a.value) }, harm: (*answered).putHarm,
		},
		{
			name: "put", operation: "putSecretValue", writes: true, before: withVersions,
			act: func(ctx context.Context, a *answered) error {
				a.value["secret_string_wo"], a.value["value_wo_version"] = "two", "2"
				return a.apply(ctx, a.version, a.value)
			},
			harm: (*answered).putHarm,
		},
		{
			name: "destroy by retention", operation: "destroySecretVersion", writes: true, before: withSuperseded,
			act:  func(ctx context.Context, a *answered) error { return a.apply(ctx, a.version, a.value) },
			harm: func(a *answered) []string { return a.destroyHarm(2, a.hasRetired(2) && !a.isWarned()) },
		},
		{
			name: "destroy by deletion_policy", operation: "destroySecretVersion", writes: true,
			before: func(ctx context.Context, a *answered) error {
				a.value["deletion_policy"] = "destroy"
				return withVersions(ctx, a)
			},
			act: func(ctx context.Context, a *answered) error {
				a.liar.tell(a.lies)
				return a.note(a.version.Destroy(ctx))
			},
			harm: func(a *answered) []string { return a.destroyHarm(2, a.version.State == nil) },
		},
		{
			name: "delete", operation: "deleteSecret", writes: true, before: withContainer,
			act: func(ctx context.Context, a *answered) error {
				a.liar.tell(a.lies)
				return a.note(a.secret.Destroy(ctx))
			}, harm: (*answered).lost,
		},
		{
			name: "policy", operation: "updateAccessPolicy", writes: true, before: withContainer,
			act: func(ctx context.Context, a *answered) error {
				a.container["access_policy"] = policyOfTest
				return a.apply(ctx, a.secret, a.container)
			},
			harm: (*answered).policyHarm,
		},
	}
}
