// Package crash answers: is anything lost when the server dies while people
// talk?
//
// Its tests run a load through the client package and end the server in the
// middle of it: the program by SIGKILL on a real disk, and, since that leaves
// the page cache, a whole node over a file system that forgets what was not
// synced. Package history takes everything down and proves the delivery
// contract over the whole of it. All of it is tests:
//
//	go test ./e2e/crash -rounds 25
package crash
