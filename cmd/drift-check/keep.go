package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// clearPlan removes an older plan, so that it cannot be applied by mistake.
func clearPlan(file string) error {
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("DRIFT_PLAN: %w", err)
	case info.IsDir():
		return errors.New("DRIFT_PLAN is a directory, and has to be a file")
	}
	return os.Remove(file)
}

// keepPlan copies a plan. A new file, which only its owner can read, takes the place of
// what is there by now. Copied into that, the plan would be as public as that is.
func keepPlan(from, to string) (err error) {
	plan, err := os.ReadFile(from) //nolint:gosec // A file of the program's own.
	if err != nil {
		return err
	}
	kept, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*")
	if err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	_, err = kept.Write(plan)
	if err = errors.Join(err, kept.Close()); err == nil {
		err = os.Rename(kept.Name(), to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep the plan: %w", err), os.Remove(kept.Name()))
	}
	return nil
}
