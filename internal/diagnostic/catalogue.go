package diagnostic

// The summaries, by the noun that they are about. The name of an entry begins with
// its noun and says in what condition it is printed.
var (
	// The access policy of a secret.

	AccessPolicyInvalid      = newError("Invalid access policy")
	AccessPolicyReleased     = newWarning("Access policy no longer managed")
	AccessPolicyUpdateFailed = newError("Cannot change the access policy")

	// Arguments of resources, data sources and actions that are not about one noun.

	DurationInvalid = newError("Invalid duration")
	ElementNull     = newError("Null value in a map")
	NumberInvalid   = newError("Invalid number")
	NumberMissing   = newError("Missing number")
	TimeoutInvalid  = newError("Invalid timeout")
	TimeZoneInvalid = newError("Invalid time zone")

	// The clocks of the machine and of the service.

	ClockSkewed = newHint("Clock differs from the service")
	ClockUnsure = newHint("Service response has no date")

	// The credentials of the provider.

	CredentialsAmbiguous   = newError("Conflicting credentials")
	CredentialsIncomplete  = newError("Incomplete credentials")
	CredentialsMissing     = newError("Missing credentials")
	IdentityTokenAmbiguous = newError("Conflicting identity tokens")

	// Imports.

	ImportIdentityInvalid = newError("Invalid import identity")
	ImportIDInvalid       = newError("Invalid import id")
	ImportNothingFound    = newError("Nothing to import")

	// KMS keys.

	KMSKeyNotFound       = newError("KMS key not found")
	KMSKeyNotSymmetric   = newError("KMS key is not symmetric")
	KMSKeyRefusesSecret  = newError("KMS key refuses the planned secret")
	KMSKeyRefusesVersion = newError("KMS key refuses the planned version")
	KMSKeyUnchecked      = newHint("KMS key is not checked")

	// Changes that were decided for another state of the secret.

	NotDone = newRefusal("Not done")

	// Lists of secrets.

	ListFailed         = newError("Cannot list the secrets")
	ListPrefixInvalid  = newError("Invalid path prefix")
	ListTruncated      = newWarning("List stopped at its limit")
	ListWithoutCurrent = newWarning("Secrets without a current version")

	// Moves from the vendor's provider.

	MovedSecretNotFound     = newError("Moved secret not found")
	MovedSecretNotRefreshed = newError("Moved secret not refreshed")
	MoveFailed              = newError("Cannot move the state")

	// The organisation and the project that a state belongs to.

	OrganisationMissing = newError("Missing organisation")
	OrganisationWrong   = newError("Wrong organisation")
	ProjectWrong        = newError("Wrong project")

	// The provider block.

	ProviderArgumentEmpty        = newError("Empty provider argument")
	ProviderArgumentInvalid      = newError("Invalid provider argument")
	ProviderArgumentUnknown      = newError("Unknown provider argument")
	ProviderCAFileInvalid        = newError("Invalid CA certificate file")
	ProviderConfigurationInvalid = newError("Invalid provider configuration")
	ProviderRateInvalid          = newError("Invalid rate")
	ProviderReadStrategyInvalid  = newError("Invalid read strategy")
	ProviderRetryInvalid         = newError("Invalid retry")
	ProviderUnchecked            = newHint("Plan is not checked with the service")
	RotateBeforeInFuture         = newHint("Time of rotate_before is in the future")
	RotateBeforeInvalid          = newError("Invalid rotate_before")

	// Regions.

	RegionInvalid    = newError("Invalid region")
	RegionMissing    = newError("Missing region")
	RegionUnknown    = newError("Unknown region")
	RegionWithoutKMS = newError("Region without KMS")

	// Retention of superseded versions.

	RetentionAnnounced = newWarning("Versions to be retired")
	RetentionChanged   = newWarning("Retention changes")
	RetentionFailed    = newWarning("Version not retired")
	RetentionWaiting   = newVersionWarning("Version N waits to be retired")

	// Rotation by age.

	RotationDue           = newWarning("Rotation due")
	RotationIgnored       = newError("Rotation conflicts with on_external_version")
	RotationNotPossible   = newWarning("Rotation due, not possible")
	RotationNotRenewable  = newError("Rotation requires a renewable value")
	RotationPolicyChanged = newWarning("Rotation policy changes")
	RotationPostponed     = newWarning("Rotation waits for its KMS key")

	// Secrets.

	SecretAmbiguous            = newError("Conflicting names of the secret")
	SecretAttributeUnknown     = newError("Attribute of the secret is not known yet")
	SecretChangeKept           = newWarning("Secret differs from the configuration")
	SecretChangeRefused        = newError("Secret cannot be changed in place")
	SecretCreateFailed         = newError("Cannot create the secret")
	SecretDefaultLabelsMissing = newWarning("Secret lacks default labels")
	SecretDeleteAnnounced      = newWarning("Secret will be deleted")
	SecretDeleteFailed         = newError("Cannot delete the secret")
	SecretDeletionProtected    = newError("Secret is protected from deletion")
	SecretExists               = newRefusal("Secret exists already")
	SecretIDInvalid            = newError("Invalid secret id")
	SecretInvalid              = newError("Invalid secret")
	SecretMissing              = newError("Missing secret")
	SecretPathInvalid          = newError("Invalid secret path")
	SecretPlannedTwice         = newRefusal("Secret planned twice")
	SecretReadFailed           = newError("Cannot read the secret")
	SecretRecreated            = newWarning("Secret re-created outside Terraform")
	SecretReplacementProtected = newError("Secret is protected from replacement")

	// The state.

	StateInvalid            = newError("Invalid state")
	StateModelInvalid       = newError("Model does not match its schema")
	StatePrivateUnreadable  = newError("Unreadable private state")
	StatePrivateWriteFailed = newError("Cannot write private state")

	// Values.

	ValueAmbiguous          = newError("More than one value")
	ValueBase64Invalid      = newError("Invalid base64")
	ValueChangeAmbiguous    = newError("Conflicting triggers for a new value")
	ValueChangeUndetectable = newError("Value change detection requires a write-only value")
	ValueEmpty              = newError("Empty value")
	ValueForChangeMissing   = newError("No value for the requested change")
	ValueGenerateFailed     = newError("Cannot put a generated value")
	ValueInitialMissing     = newError("No initial value")
	ValueInState            = newHint("Value kept in state")
	ValueLeavesState        = newWarning("Value leaves the state")
	ValueMissing            = newError("Missing value")
	ValueNotPut             = newWarning("No value has been put yet")
	ValueNotWritten         = newWarning("Configured value not written")
	ValueOverwriteMissing   = newError("Overwrite requires a configured value")
	ValueRevealFailed       = newError("Cannot reveal the secret value")
	ValueRevealMissing      = newError("No value to reveal")
	ValueSuperseded         = newWarning("Existing value superseded")
	ValueTooLarge           = newError("Value too large")
	ValueTriggerMissing     = newError("Write-only value without a trigger")
	ValueWriteFailed        = newError("Cannot write the secret value")

	// Versions.

	VersionAlreadyCurrent       = newWarning("Version is current already")
	VersionAnswerLost           = newWarning("Response to the put was lost")
	VersionChoiceAmbiguous      = newError("Conflicting selection of versions")
	VersionChoiceMissing        = newError("No version to destroy")
	VersionCurrentDestroyed     = newWarning("Current version destroyed")
	VersionCurrentNotSuperseded = newError("Conflicting allow_current and superseded")
	VersionDestroyAnnounced     = newWarning("Version will be destroyed")
	VersionDestroyedOutside     = newWarning("Version destroyed outside Terraform")
	VersionDestroyFailed        = newError("Cannot destroy the version")
	VersionDestroyRefused       = newError("Version is not destroyed")
	VersionHistoryIncomplete    = newWarning("History incomplete")
	VersionLeftAlone            = newWarning("Version of a re-created secret not destroyed")
	VersionLostWithSecret       = newWarning("Version lost with a re-created secret")
	VersionMayBePut             = newWarning("A new version may be put")
	VersionMissing              = newWarning("Version missing from the history")
	VersionNoneActive           = newWarning("No active version")
	VersionNotConfirmed         = newWarning("Version not confirmed")
	VersionNotCurrent           = newWarning("Version is not current")
	VersionNotDestroyed         = newWarning("Version not destroyed")
	VersionPutOutside           = newWarning("New version put outside Terraform")
	VersionPlannedTwice         = newWarning("Versions of one secret planned twice")
	VersionRestoreFailed        = newError("Cannot restore the version")
	VersionSecretUnknown        = newWarning("Secret of the version is not known yet")
	VersionSuperseded           = newWarning("Managed version is not current")
	VersionUnknownOrigin        = newWarning("Version of unknown origin")
)
