package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/singleflight"
)

// fileTimeLimit bounds reading a file that the user names. A pipe may belong to a
// program that needs time, for example for an approval.
const fileTimeLimit = 30 * time.Second

// openReads are the reads that are under way. A read that never ends, such as that of a
// pipe without a writer, takes one thread only, because further attempts join it.
var openReads singleflight.Group

// readFile reads a file of at most so many bytes. It waits for a pipe until ctx ends,
// and at most for the limit. Errors do not name the file.
func readFile(ctx context.Context, name string, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, fileTimeLimit, fmt.Errorf("nothing more came out of it within %s", fileTimeLimit))
	defer cancel()
	read := openReads.DoChan(fmt.Sprintf("%d %s", most, name), func() (any, error) { return readBounded(name, most) })
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case got := <-read:
		content, _ := got.Val.([]byte)
		return content, got.Err
	}
}

func readBounded(name string, most int64) ([]byte, error) {
	file, err := os.Open(name) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("it is a directory")
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case int64(len(content)) > most:
		return nil, &tooLargeFileError{most}
	}
	return content, nil
}

// tooLargeFileError says that a file is too large for its purpose.
type tooLargeFileError struct{ most int64 }

func (e *tooLargeFileError) Error() string {
	return fmt.Sprintf("it is larger than %d bytes", e.most)
}

// withoutPath removes the name of the file from an error, because the caller's message
// has it.
func withoutPath(err error) error {
	var outer *os.PathError
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
