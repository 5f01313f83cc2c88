// Command refserver runs the reference server of the Secrets Manager API as a
// program. Everything is kept in memory and gone when it stops.
package main

import (
	"context"
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
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program but for its process: it serves until the context ends and
// returns the exit code. What it listens on goes to stdout, its log to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	switch {
	case errors.Is(err, errHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "refserver:", err)
		return 2
	}
	if err := serve(ctx, o, stdout, stderr); err != nil {
		_, _ = fmt.Fprintln(stderr, "refserver:", err)
		return 1
	}
	return 0
}

// serve listens on the API's address and on the admin API's, where there is
// one, and serves both until the context ends.
func serve(ctx context.Context, o options, stdout, stderr io.Writer) error {
	o.config.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	server := refserver.New(o.config)

	handlers := []struct {
		name, addr string
		handler    http.Handler
	}{{"api", o.addr, server}}
	if o.adminAddr != "" {
		handlers = append(handlers, struct {
			name, addr string
			handler    http.Handler
		}{"admin", o.adminAddr, server.Admin()})
	}
	var running []*http.Server
	failed := make(chan error, len(handlers))
	// The context has ended by then, so the shutdown cannot live on it.
	defer func() { shutDown(context.WithoutCancel(ctx), running) }()
	for _, h := range handlers {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", h.addr)
		if err != nil {
			return fmt.Errorf("listen for the %s: %w", h.name, err)
		}
		hs := newHTTPServer(h.handler)
		running = append(running, hs)
		if _, err := fmt.Fprintf(stdout, "%s http://%s\n", h.name, listener.Addr()); err != nil {
			_ = listener.Close()
			return fmt.Errorf("say where the %s listens: %w", h.name, err)
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
	if o.madeToken {
		_, _ = fmt.Fprintf(w, "token %s\n", o.token)
	}
	_, _ = fmt.Fprintf(w, "seed %d\n", server.Seed())
	for _, k := range server.Keys() {
		_, _ = fmt.Fprintf(w, "key %s %s\n", k.Region, k.Identity)
	}
	_, _ = fmt.Fprintln(w, "ready")
}

func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
}

// shutDown lets requests under way finish for a while, then cuts them off.
func shutDown(ctx context.Context, servers []*http.Server) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(ctx); err != nil {
			_ = s.Close()
		}
	}
}
