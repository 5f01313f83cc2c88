//go:build !unix

package client_test

import "testing"

func makePipe(t *testing.T, _ string) {
	t.Helper()
	t.Skip("needs a named pipe in the file system, which this system does not have")
}
