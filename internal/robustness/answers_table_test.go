package robustness

import "context"

// answerCases are the operations of the table.
func answerCases() []answerCase {
	return []answerCase{
		{
			name: "read of a secret", request: "getSecret", before: withVersions,
			act:  func(ctx context.Context, f *fixture) error { return f.refresh(ctx, f.secret) },
			harm: (*fixture).readHarm,
		},
		{
			name: "read of a version", request: "getSecret", before: withVersions,
			act:  func(ctx context.Context, f *fixture) error { return f.refresh(ctx, f.version) },
			harm: (*fixture).readHarm,
		},
		{
			name: "browse after a 404 of a gateway", request: "browseSecrets", before: withVersions,
			alsoForged: map[string]forgedResponse{"getSecret": gateway404},
			act:        func(ctx context.Context, f *fixture) error { return f.refresh(ctx, f.secret) },
			harm:       (*fixture).readHarm,
		},
		{
			name: "list", request: "listSecrets", before: withMany,
			act: func(ctx context.Context, f *fixture) error { return f.refreshMany(ctx) }, harm: (*fixture).readHarm,
		},
		{
			name: "KMS key", request: "getKMSKey", before: func(context.Context, *fixture) error { return nil },
			act: func(ctx context.Context, f *fixture) error { return f.planAndApply(ctx) }, harm: (*fixture).createHarm,
		},
		{
			name: "token", request: "issueToken", before: withVersions,
			act: func(ctx context.Context, f *fixture) error {
				f.version.Provider["client_id"], f.version.Provider["client_secret"] = "ci", "client-secret"
				f.versionConfig["secret_string_wo"], f.versionConfig["value_wo_version"] = "two", "2"
				plan, err := f.version.Plan(ctx, f.versionConfig)
				if err != nil {
					return f.recordOutcome(err)
				}
				return f.recordOutcome(f.version.Apply(ctx, plan))
			},
			harm: (*fixture).putHarm,
		},
		{
			name: "create", request: "createSecret", writes: true, before: func(context.Context, *fixture) error { return nil },
			act: func(ctx context.Context, f *fixture) error { return f.apply(ctx, f.secret, f.secretConfig) }, harm: (*fixture).createHarm,
		},
		{
			name: "first put", request: "putSecretValue", writes: true, before: withContainer,
			act: func(ctx context.Context, f *fixture) error { return f.apply(ctx, f.version, f.versionConfig) }, harm: (*fixture).putHarm,
		},
		{
			name: "put", request: "putSecretValue", writes: true, before: withVersions,
			act: func(ctx context.Context, f *fixture) error {
				f.versionConfig["secret_string_wo"], f.versionConfig["value_wo_version"] = "two", "2"
				return f.apply(ctx, f.version, f.versionConfig)
			},
			harm: (*fixture).putHarm,
		},
		{
			name: "destroy by retention", request: "destroySecretVersion", writes: true, before: withSuperseded,
			act:  func(ctx context.Context, f *fixture) error { return f.apply(ctx, f.version, f.versionConfig) },
			harm: func(f *fixture) []string { return f.destroyHarm(2, f.hasRetired(2) && !f.warnsOfFailedDestroy()) },
		},
		{
			name: "destroy by deletion_policy", request: "destroySecretVersion", writes: true,
			before: func(ctx context.Context, f *fixture) error {
				f.versionConfig["deletion_policy"] = "destroy"
				return withVersions(ctx, f)
			},
			act: func(ctx context.Context, f *fixture) error {
				f.forger.forge(f.forged)
				return f.recordOutcome(f.version.Destroy(ctx))
			},
			harm: func(f *fixture) []string { return f.destroyHarm(2, f.version.State == nil) },
		},
		{
			name: "delete", request: "deleteSecret", writes: true, before: withContainer,
			act: func(ctx context.Context, f *fixture) error {
				f.forger.forge(f.forged)
				return f.recordOutcome(f.secret.Destroy(ctx))
			}, harm: (*fixture).lostSecretHarm,
		},
		{
			name: "policy", request: "updateAccessPolicy", writes: true, before: withContainer,
			act: func(ctx context.Context, f *fixture) error {
				f.secretConfig["access_policy"] = policyOfTest
				return f.apply(ctx, f.secret, f.secretConfig)
			},
			harm: (*fixture).policyHarm,
		},
	}
}
