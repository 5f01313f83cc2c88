package diagnostic

// The summaries, by the noun that they are about. The name of an entry begins with its noun and says
// in what condition it is printed. The id is the name in the form that configurations use, and does
// not change when the text does.
var (
	// The access policy of a secret.

	AccessPolicyInvalid      = newError("access-policy-invalid", "Invalid access policy")
	AccessPolicyReleased     = newRoutine("access-policy-released", "Access policy no longer managed")
	AccessPolicyUpdateFailed = newError("access-policy-update-failed", "Cannot change the access policy")

	// Arguments of resources, data sources and actions that are not about one noun.

	DurationInvalid = newError("duration-invalid", "Invalid duration")
	ElementNull     = newError("element-null", "Null value in a map")
	NumberInvalid   = newError("number-invalid", "Invalid number")
	NumberMissing   = newError("number-missing", "Missing number")
	TimeoutInvalid  = newError("timeout-invalid", "Invalid timeout")
	TimeZoneInvalid = newError("time-zone-invalid", "Invalid time zone")

	// The clocks of the machine and of the service.

	ClockSkewed = newHint("clock-skewed", "Clock differs from the service")
	ClockUnsure = newHint("clock-unsure", "Service response has no date")

	// The credentials of the provider.

	CredentialsAmbiguous   = newError("credentials-ambiguous", "Conflicting credentials")
	CredentialsIncomplete  = newError("credentials-incomplete", "Incomplete credentials")
	CredentialsMissing     = newError("credentials-missing", "Missing credentials")
	IdentityTokenAmbiguous = newError("identity-token-ambiguous", "Conflicting identity tokens")

	// Imports.

	ImportIdentityInvalid = newError("import-identity-invalid", "Invalid import identity")
	ImportIDInvalid       = newError("import-id-invalid", "Invalid import id")
	ImportNothingFound    = newError("import-nothing-found", "Nothing to import")

	// KMS keys.

	KMSKeyNotFound       = newError("kms-key-not-found", "KMS key not found")
	KMSKeyNotSymmetric   = newError("kms-key-not-symmetric", "KMS key is not symmetric")
	KMSKeyRefusesSecret  = newError("kms-key-refuses-secret", "KMS key refuses the planned secret")
	KMSKeyRefusesVersion = newError("kms-key-refuses-version", "KMS key refuses the planned version")
	KMSKeyUnchecked      = newHint("kms-key-unchecked", "KMS key is not checked")

	// Changes that were decided for another state of the secret.

	NotDone = newRefusal("not-done", "Not done")

	// Lists of secrets.

	ListFailed         = newError("list-failed", "Cannot list the secrets")
	ListPrefixInvalid  = newError("list-prefix-invalid", "Invalid path prefix")
	ListTruncated      = newWarning("list-truncated", "List stopped at its limit")
	ListWithoutCurrent = newWarning("list-without-current", "Secrets without a current version")

	// Moves from the vendor's provider.

	MovedSecretNotFound     = newError("moved-secret-not-found", "Moved secret not found")
	MovedSecretNotRefreshed = newError("moved-secret-not-refreshed", "Moved secret not refreshed")
	MoveFailed              = newError("move-failed", "Cannot move the state")

	// The organisation and the project that a state belongs to.

	OrganisationMissing = newError("organisation-missing", "Missing organisation")
	OrganisationWrong   = newError("organisation-wrong", "Wrong organisation")
	ProjectWrong        = newError("project-wrong", "Wrong project")

	// The provider block.

	ProviderAcknowledgedInvalid  = newError("provider-acknowledged-invalid", "Invalid acknowledged warning")
	ProviderArgumentEmpty        = newError("provider-argument-empty", "Empty provider argument")
	ProviderArgumentInvalid      = newError("provider-argument-invalid", "Invalid provider argument")
	ProviderArgumentUnknown      = newError("provider-argument-unknown", "Unknown provider argument")
	ProviderCAFileInvalid        = newError("provider-ca-file-invalid", "Invalid CA certificate file")
	ProviderConfigurationInvalid = newError("provider-configuration-invalid", "Invalid provider configuration")
	ProviderRateInvalid          = newError("provider-rate-invalid", "Invalid rate")
	ProviderReadStrategyInvalid  = newError("provider-read-strategy-invalid", "Invalid read strategy")
	ProviderRetryInvalid         = newError("provider-retry-invalid", "Invalid retry")
	ProviderUnchecked            = newHint("provider-unchecked", "Plan is not checked with the service")
	RotateBeforeInFuture         = newHint("rotate-before-in-future", "Time of rotate_before is in the future")
	RotateBeforeInvalid          = newError("rotate-before-invalid", "Invalid rotate_before")

	// Regions.

	RegionInvalid    = newError("region-invalid", "Invalid region")
	RegionMissing    = newError("region-missing", "Missing region")
	RegionUnknown    = newError("region-unknown", "Unknown region")
	RegionWithoutKMS = newError("region-without-kms", "Region without KMS")

	// Retention of superseded versions.

	RetentionAnnounced = newWarning("retention-announced", "Versions to be retired")
	RetentionChanged   = newWarning("retention-changed", "Retention changes")
	RetentionFailed    = newWarning("retention-failed", "Version not retired")
	RetentionWaiting   = newRoutine("retention-waiting", "Version waits to be retired")

	// Rotation by age.

	RotationDue           = newWarning("rotation-due", "Rotation due")
	RotationDueMore       = newFurther("rotation-due-more", "Rotation due: more secrets")
	RotationIgnored       = newError("rotation-ignored", "Rotation conflicts with on_external_version")
	RotationNotPossible   = newRoutine("rotation-not-possible", "Rotation due, not possible")
	RotationNotRenewable  = newError("rotation-not-renewable", "Rotation requires a renewable value")
	RotationPolicyChanged = newWarning("rotation-policy-changed", "Rotation policy changes")
	RotationPostponed     = newRoutine("rotation-postponed", "Rotation waits for its KMS key")

	// Secrets.

	SecretAmbiguous            = newError("secret-ambiguous", "Conflicting names of the secret")
	SecretAttributeUnknown     = newError("secret-attribute-unknown", "Attribute of the secret is not known yet")
	SecretChangeKept           = newRoutine("secret-change-kept", "Secret differs from the configuration")
	SecretChangeRefused        = newError("secret-change-refused", "Secret cannot be changed in place")
	SecretCreateFailed         = newError("secret-create-failed", "Cannot create the secret")
	SecretDefaultLabelsMissing = newRoutine("secret-default-labels-missing", "Secret lacks default labels")
	SecretDeleteAnnounced      = newWarning("secret-delete-announced", "Secret will be deleted")
	SecretDeleteFailed         = newError("secret-delete-failed", "Cannot delete the secret")
	SecretDeletionProtected    = newError("secret-deletion-protected", "Secret is protected from deletion")
	SecretExists               = newRefusal("secret-exists", "Secret exists already")
	SecretIDInvalid            = newError("secret-id-invalid", "Invalid secret id")
	SecretInvalid              = newError("secret-invalid", "Invalid secret")
	SecretMissing              = newError("secret-missing", "Missing secret")
	SecretPathInvalid          = newError("secret-path-invalid", "Invalid secret path")
	SecretPlannedTwice         = newRefusal("secret-planned-twice", "Secret planned twice")
	SecretReadFailed           = newError("secret-read-failed", "Cannot read the secret")
	SecretRecreated            = newWarning("secret-recreated", "Secret re-created outside Terraform")
	SecretReplacementProtected = newError("secret-replacement-protected", "Secret is protected from replacement")

	// The state.

	StateInvalid            = newError("state-invalid", "Invalid state")
	StateModelInvalid       = newError("state-model-invalid", "Model does not match its schema")
	StatePrivateUnreadable  = newError("state-private-unreadable", "Unreadable private state")
	StatePrivateWriteFailed = newError("state-private-write-failed", "Cannot write private state")

	// Values.

	ValueAmbiguous          = newError("value-ambiguous", "More than one value")
	ValueBase64Invalid      = newError("value-base64-invalid", "Invalid base64")
	ValueChangeAmbiguous    = newError("value-change-ambiguous", "Conflicting triggers for a new value")
	ValueChangeUndetectable = newError("value-change-undetectable", "Value change detection requires a write-only value")
	ValueEmpty              = newError("value-empty", "Empty value")
	ValueForChangeMissing   = newError("value-for-change-missing", "No value for the requested change")
	ValueGenerateFailed     = newError("value-generate-failed", "Cannot put a generated value")
	ValueInitialMissing     = newError("value-initial-missing", "No initial value")
	ValueInState            = newHint("value-in-state", "Value kept in state")
	ValueLeavesState        = newWarning("value-leaves-state", "Value leaves the state")
	ValueMissing            = newError("value-missing", "Missing value")
	ValueNotPut             = newWarning("value-not-put", "No value has been put yet")
	ValueNotWritten         = newWarning("value-not-written", "Configured value not written")
	ValueOverwriteMissing   = newError("value-overwrite-missing", "Overwrite requires a configured value")
	ValueRevealFailed       = newError("value-reveal-failed", "Cannot reveal the secret value")
	ValueRevealMissing      = newError("value-reveal-missing", "No value to reveal")
	ValueSuperseded         = newWarning("value-superseded", "Existing value superseded")
	ValueTooLarge           = newError("value-too-large", "Value too large")
	ValueTriggerMissing     = newError("value-trigger-missing", "Write-only value without a trigger")
	ValueWriteFailed        = newError("value-write-failed", "Cannot write the secret value")

	// Versions.

	VersionAlreadyCurrent       = newWarning("version-already-current", "Version is current already")
	VersionAnswerLost           = newWarning("version-answer-lost", "Response to the put was lost")
	VersionChoiceAmbiguous      = newError("version-choice-ambiguous", "Conflicting selection of versions")
	VersionChoiceMissing        = newError("version-choice-missing", "No version to destroy")
	VersionCurrentDestroyed     = newWarning("version-current-destroyed", "Current version destroyed")
	VersionCurrentNotSuperseded = newError("version-current-not-superseded", "Conflicting allow_current and superseded")
	VersionDestroyAnnounced     = newWarning("version-destroy-announced", "Version will be destroyed")
	VersionDestroyedOutside     = newWarning("version-destroyed-outside", "Version destroyed outside Terraform")
	VersionDestroyFailed        = newError("version-destroy-failed", "Cannot destroy the version")
	VersionDestroyRefused       = newError("version-destroy-refused", "Version is not destroyed")
	VersionHistoryIncomplete    = newRoutine("version-history-incomplete", "History incomplete")
	VersionLeftAlone            = newWarning("version-left-alone", "Version of a re-created secret not destroyed")
	VersionLostWithSecret       = newWarning("version-lost-with-secret", "Version lost with a re-created secret")
	VersionMayBePut             = newWarning("version-may-be-put", "A new version may be put")
	VersionMissing              = newWarning("version-missing", "Version missing from the history")
	VersionNoneActive           = newWarning("version-none-active", "No active version")
	VersionNotConfirmed         = newWarning("version-not-confirmed", "Version not confirmed")
	VersionNotCurrent           = newWarning("version-not-current", "Version is not current")
	VersionNotDestroyed         = newWarning("version-not-destroyed", "Version not destroyed")
	VersionPutOutside           = newWarning("version-put-outside", "New version put outside Terraform")
	VersionPlannedTwice         = newWarning("version-planned-twice", "Versions of one secret planned twice")
	VersionRestoreFailed        = newError("version-restore-failed", "Cannot restore the version")
	VersionSecretUnknown        = newWarning("version-secret-unknown", "Secret of the version is not known yet")
	VersionSuperseded           = newWarning("version-superseded", "Managed version is not current")
	VersionUnknownOrigin        = newWarning("version-unknown-origin", "Version of unknown origin")
)
