// Package client answers: how does a Go program take part in conversations on
// a Madang server?
//
// [API] makes the calls that need no socket: asking for a sign-in code, signing
// in, making a room. A [Client] is one signed-in device with an open socket: it
// sends with retry until the server has the message on disk, gives every entry
// of every room in the order of its number with gaps filled, and goes on where
// it was after a lost connection:
//
//	c, err := client.New(client.Config{Server: "https://madang.example", Token: token,
//		Handler: client.Handler{Entry: func(room client.ID, e *client.Entry) { … }}})
//	…
//	go c.Run(ctx)
//	sent, err := c.Send(ctx, room, client.Text("hello"))
//
// [API.Upload] sends a file, whose ID a message then names, and [API.Download]
// reads one; both go on where they were when the line breaks.
//
// A Client keeps no read marks and no unread counts. [Client.Rooms] gives them as
// they are now; ask again after a lost connection, since they move without
// entries and what moved meanwhile is not told.
//
// Underneath is [Conn], one WebSocket with calls gathered into frames. It keeps
// nothing and costs little, so that one process can hold many thousands; the
// load generator is made of it. Programs that talk to people want a Client.
//
// The protocol itself is described in docs/protocol.md.
package client
