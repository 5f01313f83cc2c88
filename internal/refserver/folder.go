package refserver

import (
	"slices"
	"strings"
)

// folder is a directory of secrets. A directory that has only one directory in it is
// merged with it.
type folder struct {
	path    string // with a slash at its end
	folders []*folder
	secrets []secretSnapshot
}

// folderOf sorts secrets with the same home into directories. They are in the order of
// their paths.
func folderOf(secrets []secretSnapshot) *folder {
	root := &folder{path: "/"}
	for _, s := range secrets {
		in := root
		for i, r := range s.at.path {
			if r == '/' && i > 0 {
				in = in.sub(s.at.path[:i+1])
			}
		}
		in.secrets = append(in.secrets, s)
	}
	return root.shortened()
}

// sub returns the folder's sub-folder with a path, and adds it if it is missing. In the
// order of paths it is the last one, except after a name that sorts before the slash.
// So the search from the end is short.
func (f *folder) sub(path string) *folder {
	for _, known := range slices.Backward(f.folders) {
		if known.path == path {
			return known
		}
	}
	made := &folder{path: path}
	f.folders = append(f.folders, made)
	return made
}

func (f *folder) shortened() *folder {
	for len(f.secrets) == 0 && len(f.folders) == 1 {
		f = f.folders[0]
	}
	for i := range f.folders {
		f.folders[i] = f.folders[i].shortened()
	}
	return f
}

// below is the path relative to a folder.
func below(folder, path string) string { return strings.TrimPrefix(path, folder) }
