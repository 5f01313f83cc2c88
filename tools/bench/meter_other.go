//go:build !linux

package main

import "syscall"

// maxrssUnit is what the system counts memory in, in bytes: macOS counts single ones.
const maxrssUnit = 1

// dieWithParent is only known to Linux. Elsewhere a provider outlives a meter that is
// killed.
func dieWithParent() *syscall.SysProcAttr { return nil }
