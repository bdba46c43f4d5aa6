//go:build !unix

package gateway

func maxConns() int { return 10_000 }
