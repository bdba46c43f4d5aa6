//go:build unix

package gateway

import "syscall"

// maxConns is how many sockets the open files of the process allow, with a
// sixteenth kept for the stores and for requests.
func maxConns() int {
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) != nil {
		return 1000
	}
	n := int(min(files.Cur, 1<<30))
	return max(n-max(n/16, 64), 16)
}
