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

// fileTimeLimit bounds reading a file that the user names. A pipe may have a program
// behind it that has to ask somebody first.
const fileTimeLimit = 30 * time.Second

// openReads are the reads that are under way. One that never ends, such as that of a
// pipe that nobody writes to, takes up one thread, however often it is tried again.
var openReads singleflight.Group

// readFile reads a file of at most so many bytes. What is no file, and says nothing, is
// waited for until ctx ends, and no longer than the limit. Errors do not name the file.
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

// tooLargeFileError says that a file is not what it was taken for.
type tooLargeFileError struct{ most int64 }

func (e *tooLargeFileError) Error() string {
	return fmt.Sprintf("it is larger than %d bytes", e.most)
}

// withoutPath takes the name of the file out of an error that is told beside it.
func withoutPath(err error) error {
	var outer *os.PathError
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
