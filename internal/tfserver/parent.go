package tfserver

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	// parentInterval is how often the provider looks whether Terraform is still there.
	parentInterval = time.Second
	// orphanGrace is how long a provider without a Terraform goes on: requests in flight are
	// cancelled, and a write then has five seconds for its response.
	orphanGrace = 7 * time.Second
)

// outliveSignals lets Terraform decide when the provider ends. A CI job that is cancelled
// sends SIGTERM to all processes of the job: Terraform then stops gracefully and
// writes down what was done, for which it needs the provider. Of SIGINT, which a
// terminal sends likewise, the plugin library takes care. No request can stop a
// provider whose Terraform has been killed, so that it ends by itself.
//
// The plugin library handles neither: https://github.com/hashicorp/go-plugin/issues/203 is
// about SIGTERM, and https://github.com/hashicorp/go-plugin/issues/210 about the parent. Each
// half can go when its issue is closed.
func outliveSignals() {
	signal.Ignore(syscall.SIGTERM)
	ticks := time.NewTicker(parentInterval)
	go func() {
		awaitOrphaned(os.Getppid, ticks.C)
		time.Sleep(orphanGrace)
		os.Exit(1)
	}()
}

// awaitOrphaned comes back when the process has another parent than in the beginning,
// as it gets when its own has ended. It looks at each tick.
func awaitOrphaned(parent func() int, ticks <-chan time.Time) {
	for first := parent(); parent() == first; {
		<-ticks
	}
}
