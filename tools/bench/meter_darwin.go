package main

import "syscall"

// maxrssUnit is what the system counts memory in, in bytes.
const maxrssUnit = 1

// dieWithParent is not known to macOS: a provider outlives a meter that is killed.
func dieWithParent() *syscall.SysProcAttr { return nil }
