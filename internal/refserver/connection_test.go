package refserver_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/thalassasecrets/terraform-provider-thalassasecrets/internal/refserver"
)

// The program has deadlines against callers that dawdle, and a wait may be longer.
func TestAWaitOutlastsTheServersDeadlines(t *testing.T) {
	g := newRig(t, refserver.Config{Faults: []refserver.Fault{
		{Operation: "listSecrets", Action: refserver.ActionDelay, Delay: "60ms"},
		{Operation: "createSecret", Action: refserver.ActionDelayCommit, Delay: "60ms"},
	}})
	hasty := httptest.NewUnstartedServer(g.Server)
	hasty.Config.ReadTimeout, hasty.Config.WriteTimeout = 40*time.Millisecond, 40*time.Millisecond
	hasty.Start()
	t.Cleanup(hasty.Close)
	g.url = hasty.URL
	g.do("GET", secrets, "", 200)
	g.create("/app/db")
}
