// Package socket answers: what has this WebSocket connection brought, and how
// does what is queued for it leave in one write?
//
// It knows RFC 6455 and nothing of what the frames say. A [Loop] carries any
// number of connections; each gives the messages it reads to its [Receiver],
// and anybody may queue frames for it from any goroutine without ever waiting.
//
// # Goroutines
//
// A reader per connection waits until the kernel has bytes, holding no buffer
// while it waits; then it borrows one, hands over every message in it, and
// waits again. It ends when the connection ends and owns the connection's
// removal.
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
