package driftcheck

import (
	"encoding/json"
	"path"
	"strings"
	"testing"
)

func TestLocate(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"infra/a.tf":       "# resource \"aws_thing\" \"a\" {\n\nresource \"aws_thing\"   \"a\" {\n}\n",
		"infra/modules.tf": "module \"local\" {\n  source = \"./local\"\n}\nmodule \"remote\" {\n  source = \"example/remote\"\n}\nmodule \"up\" { source = \"../shared\" }\n",
		"infra/local/b.tf": "\nresource aws_thing b {\n}\nmodule \"inner\" {\n  source = \"./inner\"\n}\n",
		"shared/c.tofu":    "resource \"aws_thing\" \"c\" {}\n",
	}
	var configuration Module
	if err := json.Unmarshal([]byte(`{"module_calls": {
		"local": {"source": "./local", "module": {"module_calls": {"inner": {"source": "./inner", "module": {}}}}},
		"remote": {"source": "example/remote", "module": {}}, "up": {"source": "../shared", "module": {}}}}`), &configuration); err != nil {
		t.Fatal(err)
	}
	sources := func(dir string) []Source {
		var found []Source
		for _, name := range []string{"infra/a.tf", "infra/modules.tf", "infra/local/b.tf", "shared/c.tofu"} {
			if path.Dir(name) == dir {
				found = append(found, Source{name, files[name]})
			}
		}
		return found
	}
	for address, want := range map[string]Location{
		`aws_thing.a`:                      {"infra/a.tf", 3},
		`aws_thing.a["module.x"]`:          {"infra/a.tf", 3},
		`module.local.aws_thing.b`:         {"infra/local/b.tf", 2},
		`module.local["a].b"].aws_thing.b`: {"infra/local/b.tf", 2},
		`module.up[0].aws_thing.c`:         {"shared/c.tofu", 1},
		// Where a module is called, if its own files are not known.
		`module.remote.aws_thing.d`:             {"infra/modules.tf", 4},
		`module.remote.module.deep.aws_thing.d`: {"infra/modules.tf", 4},
		`module.local.module.inner.aws_thing.d`: {"infra/local/b.tf", 4},
		`aws_thing.missing`:                     {"infra/a.tf", 1},
	} {
		_, resource := splitAddress(address)
		name, _, _ := strings.Cut(strings.TrimPrefix(resource, "aws_thing."), "[")
		r := &Report{Drift: []Finding{{
			Resource: address, module: strings.TrimSuffix(strings.TrimSuffix(address, resource), "."), block: blockOf("resource", "aws_thing", name),
		}}}
		r.Locate(configuration, "infra", sources)
		if got := r.Drift[0].Location; got != want {
			t.Errorf("%s is at %v, want %v", address, got, want)
		}
	}
	// Without any file there is a place still, because formats ask for one.
	r := &Report{Drift: []Finding{{Resource: "aws_thing.a"}}}
	r.Locate(Module{}, "infra", func(string) []Source { return nil })
	if got := r.place(r.Drift[0]); got != (Location{"infra/main.tf", 1}) {
		t.Errorf("a finding without a file is at %v", got)
	}
}
