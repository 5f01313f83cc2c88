// Command refserver runs the reference server of the Secrets Manager API as a
// program. Everything is kept in memory and gone when it stops.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // A second interrupt does not wait.
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run is the program without its process: it serves until the context ends and returns
// the exit code. It prints its addresses to stdout and its log to stderr.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, getenv, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "refserver:", err)
		return 2
	}
	if o.stopWithStdin {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		go func() {
			_, _ = io.Copy(io.Discard, stdin) // However it ends, it has ended.
			cancel()
		}()
	}
	if err := serve(ctx, o, stdout, stderr); err != nil {
		_, _ = fmt.Fprintln(stderr, "refserver:", err)
		return 1
	}
	return 0
}

// endpoint is something that listens.
type endpoint struct {
	name, addr string
	handler    http.Handler
}

// endpoints are the API, and the admin API where there is one.
func endpoints(o options, server *refserver.Server) []endpoint {
	all := []endpoint{{"api", o.addr, server}}
	if o.page {
		all[0].handler = withPage(server, server.Page(o.remote))
	}
	if o.adminAddr != "" {
		admin := server.Admin()
		if o.adminToken != "" {
			admin = server.AdminWithToken(o.adminToken)
		}
		all = append(all, endpoint{"admin", o.adminAddr, admin})
	}
	return all
}

// withPage shows the page to browsers and leaves all else to the API.
func withPage(api, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refserver.AsksForPage(r) {
			page.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// serve listens on the addresses and serves until the context ends.
func serve(ctx context.Context, o options, stdout, stderr io.Writer) error {
	logger := slog.New(o.logHandler(stderr))
	o.config.Logger = logger
	server := refserver.New(o.config)
	secured, err := o.secure(time.Now())
	if err != nil {
		return err
	}

	all := endpoints(o, server)
	var running []*http.Server
	failed := make(chan error, len(all))
	// The context has ended by then, so the shutdown cannot live on it.
	defer func() { shutDown(context.WithoutCancel(ctx), running, o.grace, logger) }()
	for _, e := range all {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", e.addr)
		if err != nil {
			return fmt.Errorf("listen for the %s: %w", e.name, err)
		}
		scheme := "http"
		if secured != nil {
			scheme, listener = "https", tls.NewListener(listener, secured)
		}
		hs := newHTTPServer(e.handler, logger)
		running = append(running, hs)
		if _, err := fmt.Fprintf(stdout, "%s %s://%s\n", e.name, scheme, listener.Addr()); err != nil {
			_ = listener.Close()
			return fmt.Errorf("say where the %s listens: %w", e.name, err)
		}
		go func() { failed <- hs.Serve(listener) }()
	}
	announce(stdout, server, o)

	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	}
}

// announce prints what a newcomer needs to make a first call, one fact a line.
func announce(w io.Writer, server *refserver.Server, o options) {
	if o.caFile != "" {
		_, _ = fmt.Fprintf(w, "ca %s\n", o.caFile)
	}
	if o.madeToken {
		_, _ = fmt.Fprintf(w, "token %s\n", o.token)
	}
	_, _ = fmt.Fprintf(w, "seed %d\n", server.Seed())
	for _, k := range server.Keys() {
		_, _ = fmt.Fprintf(w, "key %s %s\n", k.Region, k.Identity)
	}
	_, _ = fmt.Fprintln(w, "ready")
}

// maxHeader is how long a request's line and headers may be, in bytes. A secret's path
// has 512 characters.
const maxHeader = 64 << 10

func newHTTPServer(h http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// shutDown lets requests under way finish for a while, then cuts them off.
func shutDown(ctx context.Context, servers []*http.Server, grace time.Duration, logger *slog.Logger) {
	if len(servers) == 0 {
		return
	}
	logger.Info("stopping", slog.Duration("grace", grace))
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(ctx); err != nil {
			logger.Warn("requests under way are cut off", slog.Duration("after", grace))
			_ = s.Close()
		}
	}
}
