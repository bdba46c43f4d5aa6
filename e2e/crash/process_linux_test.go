package crash

import "syscall"

// dieWithUs has a server end together with the test, however that ends.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
