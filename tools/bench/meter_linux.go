package main

import "syscall"

// maxrssUnit is what the system counts memory in, in bytes.
const maxrssUnit = 1 << 10

// dieWithParent lets a process end with the one that started it.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
