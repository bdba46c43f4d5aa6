//go:build !unix

package client

const readsRaw = false

func (c *Conn) read() error { return c.readBlocking() }
