package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/client"
	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/conformance"
)

// options are what the command line and the environment ask for.
type options struct {
	config  conformance.Config
	json    bool
	report  string
	timeout time.Duration
	rows    bool
	version bool
}

const usage = `Usage: conformance [flags]

Checks a Secrets Manager API, and your account, against what the documentation says
and what the provider assumes. It creates secrets below -prefix and removes them again.

Flags beat the environment variables that the provider has: THALASSA_API_ENDPOINT,
THALASSA_ORGANISATION, THALASSA_PROJECT_ID, THALASSA_REGION, THALASSA_API_TOKEN,
THALASSA_ACCESS_TOKEN, THALASSA_CLIENT_ID, THALASSA_CLIENT_SECRET, THALASSA_OIDC_TOKEN,
THALASSA_OIDC_TOKEN_FILE, THALASSA_SERVICE_ACCOUNT_ID, THALASSA_CA_CERTIFICATE_FILE.

Exit code: 0 if all that was checked holds, 1 if something does not hold, 2 if the run
could not begin, was interrupted, or left something behind.

`

// parseOptions reads the command line and the environment. Help and complaints about
// flags go to w.
func parseOptions(args []string, getenv func(string) string, w io.Writer) (options, error) {
	var (
		o           options
		credentials conformance.CredentialFlags
		reader, ca  string
	)
	c := &o.config
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.Usage = func() {
		fmt.Fprint(w, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&c.Endpoint, "endpoint", getenv("THALASSA_API_ENDPOINT"), "`URL` of the service; "+client.DefaultEndpoint+" where empty")
	flags.StringVar(&c.Organisation, "organisation", getenv("THALASSA_ORGANISATION"), "`id` of the organisation")
	flags.StringVar(&c.Project, "project", getenv("THALASSA_PROJECT_ID"), "`id` of the project; without it the secrets belong to the organisation")
	flags.StringVar(&c.Region, "region", getenv("THALASSA_REGION"), "`slug` of the region, such as nl-01")
	flags.StringVar(&c.Prefix, "prefix", conformance.DefaultPrefix, "`path` below which the program may create and remove secrets; one run at a time")
	flags.StringVar(&c.KMSKey, "kms-key", "", "`id` of the KMS key of the secrets; without it the first active symmetric key of the region")
	flags.StringVar(&c.TestKMSKey, "test-kms-key", "", "`id` of a KMS key that nothing else uses: it is disabled, scheduled for deletion and made active again")
	flags.BoolVar(&c.RotateTestKMSKey, "rotate-test-kms-key", false, "also rotate the key of -test-kms-key, which leaves a version of the key behind")
	flags.StringVar(&c.OtherProject, "other-project", "", "`id` of a second project of the organisation; nothing is created there")
	flags.StringVar(&c.ClosedOrganisation, "closed-organisation", "", "`id` of an organisation whose feature secrets or kms is off; nothing is created there")
	flags.StringVar(&reader, "reader-token-file", "", "`file` with a personal API token of the role secrets:ReadAccess")
	flags.BoolVar(&c.ReadOnly, "read-only", false, "create, change and remove nothing")
	flags.IntVar(&c.Many, "many", 30, "how many secrets the rows about long lists create")
	flags.DurationVar(&c.RequestTimeout, "request-timeout", 15*time.Second, "how long one request may take")
	flags.DurationVar(&o.timeout, "timeout", 5*time.Minute, "how long the run may take, without the removal at its end")
	flags.StringVar(&credentials.TokenFile, "token-file", "", "`file` with a personal API token")
	flags.StringVar(&credentials.AccessTokenFile, "access-token-file", "", "`file` with an access token")
	flags.StringVar(&credentials.ClientID, "client-id", "", "`id` of an OIDC client")
	flags.StringVar(&credentials.ClientSecretFile, "client-secret-file", "", "`file` with the secret of the OIDC client")
	flags.StringVar(&credentials.OIDCTokenFile, "oidc-token-file", "", "`file` with an identity token to exchange")
	flags.StringVar(&credentials.ServiceAccount, "service-account-id", "", "`id` of the service account that the identity token is exchanged for")
	flags.StringVar(&ca, "ca-certificate-file", getenv("THALASSA_CA_CERTIFICATE_FILE"), "`file` with the certificate of a private authority, in PEM form")
	flags.BoolVar(&o.json, "json", false, "write the result as JSON")
	flags.StringVar(&o.report, "report", "", "`file` for a report in Markdown, which you can paste into an issue")
	flags.BoolVar(&o.rows, "rows", false, "write the list of all rows in Markdown, and check nothing")
	flags.BoolVar(&o.version, "version", false, "write the version, and check nothing")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		// It may be a credential, so it is not quoted.
		return o, fmt.Errorf("unexpected argument after the flags: number %d", len(args)-flags.NArg()+1)
	}
	if o.rows || o.version {
		return o, nil
	}
	if c.Many < 1 || o.timeout <= 0 || c.RequestTimeout <= 0 {
		return o, errors.New("-many, -timeout and -request-timeout must be above zero")
	}
	c.Version = version
	return o, o.complete(credentials, reader, ca, getenv)
}

// complete reads the files and variables that hold credentials and certificates.
func (o *options) complete(flags conformance.CredentialFlags, reader, ca string, getenv func(string) string) (err error) {
	c := &o.config
	if c.Credentials, err = conformance.FindCredentials(flags, getenv, c.Organisation); err != nil {
		return err
	}
	if c.Reader, err = conformance.ReaderCredentials(reader); err != nil {
		return err
	}
	if ca != "" {
		if c.RootCAs, err = client.RootCAs(ca); err != nil {
			return err
		}
	}
	return nil
}
