package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// options are what the command line and the files that it names ask for.
type options struct {
	addr          string
	adminAddr     string
	remote        bool // other machines may reach it
	tls           bool
	caFile        string // where the certificate of the authority goes
	page          bool
	token         string
	adminToken    string // empty: the admin API is for this machine, without a token
	madeToken     bool   // the token was generated, so it must be printed
	logFormat     string
	grace         time.Duration // how long requests under way may take after the end
	stopWithStdin bool
	config        refserver.Config
}

// errHelp means that the help was asked for and printed.
var errHelp = flag.ErrHelp

const (
	adminPrincipalName = "token"

	logText = "text"
	logJSON = "json"
)

// files are those that the command line names, each empty for none.
type files struct{ config, secrets, faults string }

// parseOptions reads the command line, the files it names, and the environment. Help
// and complaints about flags go to w.
func parseOptions(args []string, getenv func(string) string, w io.Writer) (options, error) {
	var (
		o          options
		from       files
		pace       refserver.Pace
		token      = tokenSource{flag: "token", variable: "REFSERVER_TOKEN"}
		adminToken = tokenSource{flag: "admin-token", variable: "REFSERVER_ADMIN_TOKEN"}
	)
	flags := flag.NewFlagSet("refserver", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8250", "address of the API; port 0 picks a free port")
	flags.StringVar(&o.adminAddr, "admin-addr", "127.0.0.1:8251", "address of the admin API; empty disables it")
	flags.BoolVar(&o.remote, "allow-remote", false, "allow addresses that other machines can reach; needs an admin token, or no admin API; without -tls, values are sent unencrypted")
	flags.BoolVar(&o.tls, "tls", false, "serve HTTPS, with a certificate that is generated at the start for this machine's loopback names and the hosts of the addresses")
	flags.StringVar(&o.caFile, "tls-ca", "", "`file` to write the certificate of the authority to, which clients must trust; with -tls")
	flags.BoolVar(&o.page, "page", true, "show browsers a read-only page of metadata at the root of the API's address")
	flags.StringVar(&token.value, "token", "", "token with all permissions, for either scheme; without one and without principals in the configuration, the server generates and prints one")
	flags.StringVar(&token.file, "token-file", "", "`file` with that token; REFSERVER_TOKEN is read where neither flag is given")
	flags.StringVar(&adminToken.value, "admin-token", "", "token that callers of the admin API must send as \"Authorization: Bearer\"; without one, only this machine can call it")
	flags.StringVar(&adminToken.file, "admin-token-file", "", "`file` with that token; REFSERVER_ADMIN_TOKEN is read where neither flag is given")
	flags.StringVar(&from.config, "config", "", "JSON `file` with regions, keys, principals, gates, OIDC clients, secrets, fault rules, the pace and the seed of random numbers")
	flags.StringVar(&from.secrets, "secrets", "", "JSON `file` with the initial secrets")
	flags.StringVar(&from.faults, "faults", "", "JSON `file` with fault rules")
	flags.DurationVar(&pace.Latency, "latency", 0, "minimum time of every response of the API, such as 20ms")
	flags.Float64Var(&pace.RequestsPerSecond, "rate-limit", 0, "limit of requests to the API per second, above which it returns 429; 0 disables the limit")
	flags.StringVar(&o.logFormat, "log-format", logText, "format of the log on standard error: text or json")
	flags.DurationVar(&o.grace, "grace", 5*time.Second, "how long requests in flight may take after a stop signal")
	flags.BoolVar(&o.stopWithStdin, "stop-with-stdin", false, "stop when standard input ends, so that the server stops with the program that started it")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, errHelp
		}
		return o, fmt.Errorf("command line: %w", err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if o.token, err = token.read(getenv); err != nil {
		return o, err
	}
	if o.adminToken, err = adminToken.read(getenv); err != nil {
		return o, err
	}
	if err := o.check(); err != nil {
		return o, err
	}
	if err := from.read(&o.config); err != nil {
		return o, err
	}
	if pace.Latency != 0 {
		o.config.Pace.Latency = pace.Latency
	}
	if pace.RequestsPerSecond != 0 {
		o.config.Pace.RequestsPerSecond = pace.RequestsPerSecond
	}
	o.chooseToken()
	if err := o.config.Validate(); err != nil {
		return o, fmt.Errorf("configuration: %w", err)
	}
	return o, nil
}

// check finds mistakes in the command line alone.
func (o options) check() error {
	switch {
	case o.addr == "":
		return errors.New("-addr must not be empty")
	case o.caFile != "" && !o.tls:
		return errors.New("-tls-ca needs -tls")
	case o.logFormat != logText && o.logFormat != logJSON:
		return fmt.Errorf("-log-format must be %s or %s, not %q", logText, logJSON, o.logFormat)
	case o.grace < 0:
		return fmt.Errorf("-grace must not be negative, and is %s", o.grace)
	}
	for _, addr := range []string{o.addr, o.adminAddr} {
		if !o.remote && addr != "" && !isLoopback(addr) {
			return fmt.Errorf("%q is not a loopback address; -allow-remote allows it", addr)
		}
	}
	if o.remote && o.adminAddr != "" && o.adminToken == "" {
		return errors.New(`-allow-remote needs an admin token: set -admin-token-file, REFSERVER_ADMIN_TOKEN or -admin-token, or switch the admin API off with -admin-addr ""`)
	}
	return nil
}

// chooseToken adds the principal of the token, and generates a token if there is no
// other principal.
func (o *options) chooseToken() {
	if o.token == "" && len(o.config.Principals) == 0 {
		o.token, o.madeToken = rand.Text(), true
	}
	if o.token != "" {
		o.config.Principals = append(o.config.Principals, refserver.Principal{Name: adminPrincipalName, Token: o.token})
	}
}

func (o options) logHandler(w io.Writer) slog.Handler {
	if o.logFormat == logJSON {
		return slog.NewJSONHandler(w, nil)
	}
	return slog.NewTextHandler(w, nil)
}

// read reads the files into a configuration. Secrets and rules come behind those of
// the configuration's file.
func (f files) read(c *refserver.Config) error {
	if err := readFile("configuration", f.config, func(b []byte) error {
		// Unknown fields are refused, because a misspelt one would otherwise open what it
		// meant to close.
		decoder := json.NewDecoder(bytes.NewReader(b))
		decoder.DisallowUnknownFields()
		return decoder.Decode(c)
	}); err != nil {
		return err
	}
	if err := readFile("secrets", f.secrets, func(b []byte) error {
		secrets, err := refserver.ParseSecrets(b)
		c.Secrets = append(c.Secrets, secrets...)
		return err
	}); err != nil {
		return err
	}
	return readFile("faults", f.faults, func(b []byte) error {
		rules, err := refserver.ParseFaults(b)
		c.Faults = append(c.Faults, rules...)
		return err
	})
}

// readFile hands over what a file holds, where one is named.
func readFile(what, file string, take func([]byte) error) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file) //nolint:gosec // Reading the file that the user names is the point.
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := take(b); err != nil {
		return fmt.Errorf("%s %s: %w", what, file, err)
	}
	return nil
}

// isLoopback reports whether only this machine reaches the address. No name is
// looked up: what localhost means is known, and other names may change.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
