package socket

// Code is the reason of a close frame (RFC 6455, section 7.4; from 4000 on they
// are the application's own and part of our protocol).
type Code uint16

// The codes with which connections end.
const (
	CodeNormal      Code = 1000
	CodeProtocol    Code = 1002 // the peer does not keep to RFC 6455
	CodeInvalidUTF8 Code = 1007
	CodeTooBig      Code = 1009 // a message over the limit

	CodeResume   Code = 4000 // too slow: come back and ask for what is missing
	CodeToken    Code = 4001 // the device is signed out
	CodeStopping Code = 4002 // the server is shutting down
	CodeBadFrame Code = 4003 // not what the protocol has in a frame
	CodeLimits   Code = 4004 // more than the limits of a connection
	CodeNoHello  Code = 4005 // said nothing of who it is
	CodeSilent   Code = 4006 // did not answer pings
)

// closing is an error of what the peer sent that ends the connection.
type closing struct {
	code   Code
	reason string // at most 123 bytes (RFC 6455, section 5.5)
}

func (c *closing) Error() string { return c.reason }
