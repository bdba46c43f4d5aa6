// Package wire says what travels between clients and the server: identities,
// entries, message contents, room and people views, frames of the socket, and
// the limits of what a client may send. It is the source of the TypeScript
// types of the web client and imports nothing of ours.
package wire
