// Package release has no code of its own: its test takes the archives of a release and
// installs one as a user would, with the commands that README.md has.
package release
