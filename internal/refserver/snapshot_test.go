package refserver

import "testing"

// A snapshot has copies: a change of it does not change the server.
func TestSnapshotIsACopy(t *testing.T) {
	t.Parallel()
	s := New(Config{Secrets: []InitialSecret{{
		Organisation: "acme", Region: "nl-01", Path: "/app", Labels: map[string]string{"a": "b"},
		AccessPolicy: []byte(`{"conditions":[{"type":"ip","effect":"deny","cidrs":["10.0.0.0/8"]}]}`),
		Versions:     []InitialVersion{{Generate: 16}},
	}}})
	taken := s.snapshot()
	one := taken.secrets[0]
	one.Labels["a"], one.AccessPolicy.Conditions[0].CIDRs[0], one.Versions[0].Status = "x", "x", "x"
	taken.bill.Charges[0].Path = "x"
	again := s.snapshot()
	one = again.secrets[0]
	if one.Labels["a"] != "b" || one.AccessPolicy.Conditions[0].CIDRs[0] != "10.0.0.0/8" || one.Versions[0].Status != "active" || again.bill.Charges[0].Path != "/app" {
		t.Errorf("%+v", again)
	}
}
