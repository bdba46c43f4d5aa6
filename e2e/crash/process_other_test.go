//go:build !linux

package crash

import "syscall"

// dieWithUs can do nothing here: a test that is killed leaves its server.
func dieWithUs() *syscall.SysProcAttr { return nil }
