// Package socket answers: what has this WebSocket connection brought, and how
// does what is queued for it leave in one write?
//
// It knows RFC 6455 and nothing of what the frames say. A [Loop] carries any
// number of connections; each gives the messages it reads to its [Receiver],
// and anybody may queue frames for it from any goroutine without ever waiting.
//
// # Goroutines
//
// A waiter per connection waits until the kernel has bytes, holding no buffer and
// the smallest of stacks; then it borrows a buffer, reads, puts the connection in
// the list of those with input, and ends. One of 32 handlers takes it from there,
// hands over every message in the buffer and starts the next waiter. So a
// connection is read and handled by one goroutine at a time, and the last of them
// removes it. Connections over TLS have a goroutine that reads and handles.
//
// As many writers as processors take connections with output from one list and
// write all that is queued for a connection at once, never waiting. When the
// kernel does not take everything, a drainer is started for that connection
// alone: it waits for room, with a deadline, and ends as soon as the connection
// has caught up. There is at most one drainer per connection.
//
// One keeper looks at every connection every two seconds: it pings those that
// were silent and ends those that stay so.
//
// # When something is full
//
// A connection whose queue is over its bounds is closed with [CodeResume]: its
// client comes back and asks for what it missed. A connection that brings more
// than its [Limits] is closed with [CodeLimits]. Nobody else waits for either.
package socket
