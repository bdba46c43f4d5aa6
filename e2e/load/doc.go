// Package load answers: how fast is a Madang server on this machine, and how
// much of what the machine can do at all is that?
//
// Each scenario drives a running server, started with --sandbox, through the
// client package, checks everything that comes back, and gives figures. The
// ceiling does the same to a [Relay], which does nothing but relay durable
// frames, and every figure that has a counterpart there is printed as a share
// of it. A scenario that finds a number missing, twice or out of order, or a
// receipt that is not what was sent, fails: a fast wrong server has no figures.
package load
