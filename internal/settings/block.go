package settings

import "time"

// Block is the provider block.
type Block struct {
	Endpoint          Value[string]
	OrganisationID    Value[string]
	ProjectID         Value[string]
	Region            Value[string]
	Token             Value[string]
	AccessToken       Value[string]
	ClientID          Value[string]
	ClientSecret      Value[string]
	OIDCToken         Value[string]
	OIDCTokenFile     Value[string]
	ServiceAccountID  Value[string]
	CACertificateFile Value[string]
	DefaultLabels     Value[map[string]string]
	RotateBefore      Value[string]
	RequestTimeout    Value[time.Duration]
	RequestsPerSecond Value[float64]
	Retry             Value[Retry]
	ReadStrategy      Value[string]
}

// Retry is the argument retry of the provider block.
type Retry struct {
	MaxAttempts      Value[int64]
	MinWait, MaxWait Value[time.Duration]
}
