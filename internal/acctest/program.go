package acctest

import "path/filepath"

// Program makes the CLI start another build of the provider, such as that of a former
// commit. The program's file has to be called terraform-provider-thalassasecrets.
func (w *Workspace) Program(file string) *Workspace {
	w.t.Helper()
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		w.t.Fatal(err)
	}
	w.attached = false
	w.override("thalassasecrets/thalassasecrets", dir)
	return w
}
