package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// options are what the command line and the configuration file ask for.
type options struct {
	addr      string
	adminAddr string
	token     string
	madeToken bool // nobody chose the token, so it must be told
	config    refserver.Config
}

// errHelp means that the help was asked for and printed.
var errHelp = flag.ErrHelp

const adminPrincipalName = "token"

// parseOptions reads the command line and the configuration file it names.
// Help and complaints about flags go to w.
func parseOptions(args []string, w io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("refserver", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8250", "address the API listens on; port 0 picks a free one")
	flags.StringVar(&o.adminAddr, "admin-addr", "127.0.0.1:8251", "address the admin API listens on; empty switches it off")
	flags.StringVar(&o.token, "token", "", "token that may do everything, with either scheme; without it and without principals in the configuration one is made up and printed")
	file := flags.String("config", "", "JSON `file` with regions, keys, principals, gates, OIDC clients and fault rules")
	faults := flags.String("faults", "", "JSON `file` with rules that disturb requests on purpose")
	remote := flags.Bool("allow-remote", false, "permit addresses that other machines can reach; values then travel in the clear")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, errHelp
		}
		return o, fmt.Errorf("command line: %w", err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.addr == "" {
		return o, errors.New("-addr must not be empty")
	}
	for _, addr := range []string{o.addr, o.adminAddr} {
		if !*remote && addr != "" && !isLoopback(addr) {
			return o, fmt.Errorf("%q is no loopback address; -allow-remote permits it", addr)
		}
	}
	if *file != "" {
		if err := readConfig(*file, &o.config); err != nil {
			return o, err
		}
	}
	if *faults != "" {
		if err := readFaults(*faults, &o.config); err != nil {
			return o, err
		}
	}
	if o.token == "" && len(o.config.Principals) == 0 {
		o.token, o.madeToken = rand.Text(), true
	}
	if o.token != "" {
		o.config.Principals = append(o.config.Principals, refserver.Principal{Name: adminPrincipalName, Token: o.token})
	}
	if err := o.config.Validate(); err != nil {
		return o, fmt.Errorf("configuration: %w", err)
	}
	return o, nil
}

// readConfig reads a configuration file. Unknown fields are refused, because a
// misspelt one would otherwise open what it meant to close.
func readConfig(file string, c *refserver.Config) error {
	b, err := os.ReadFile(file) //nolint:gosec // Reading the file that the user names is the point.
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return fmt.Errorf("configuration %s: %w", file, err)
	}
	return nil
}

// readFaults reads a file of fault rules, which come behind those of the
// configuration.
func readFaults(file string, c *refserver.Config) error {
	b, err := os.ReadFile(file) //nolint:gosec // Reading the file that the user names is the point.
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	rules, err := refserver.ParseFaults(b)
	if err != nil {
		return fmt.Errorf("faults %s: %w", file, err)
	}
	c.Faults = append(c.Faults, rules...)
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
