package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"madang/internal/node"
	"madang/internal/push"
	"madang/internal/sms"
	"madang/web"
)

// serveCommand runs the server. The doc of each flag is the manual.
type serveCommand struct {
	Listen   string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Address to serve on (${default}). A loopback address is for this machine alone; :8080 is for everybody."`
	Data     string `default:"./data" placeholder:"FOLDER" help:"Folder for everything that the server keeps on this machine (${default}); made if missing."`
	Database string `placeholder:"URL" help:"PostgreSQL database, postgres://user@host/name. Without it SQLite and Pebble in the data folder."`

	TrustedProxy []netip.Prefix `placeholder:"CIDR" help:"Network of a proxy in front of the server, such as 127.0.0.1/32, whose X-Forwarded-For is believed; may be repeated. Without it all callers behind a proxy share the limits of one address."`

	Keep time.Duration `placeholder:"TIME" help:"How long messages are kept, as in 8760h for a year; older ones are removed for good. Without it they are kept for ever."`

	Files     string `placeholder:"PLACE" help:"Where uploaded files are kept: a folder, or a bucket of an S3-like store, s3://key:secret@host/bucket. Without it in the data folder."`
	MaxUpload int64  `default:"300" placeholder:"MB" help:"Largest file that may be uploaded, in megabytes (${default})."`

	FilesOrigin string `placeholder:"URL" help:"Host of their own for links to files, as in https://files.example.org, which leads to this server, too. Without it they have the server's."`

	SMSURL    string            `name:"sms-url" placeholder:"URL" help:"Where to POST the SMS with sign-in codes. Without it they are printed here, and on a loopback address also shown on a page whose address is printed."`
	SMSHeader map[string]string `name:"sms-header" placeholder:"NAME=VALUE" mapsep:"none" help:"Header for the SMS provider, such as Authorization; may be repeated."`
	SMSFrom   string            `name:"sms-from" placeholder:"NAME" help:"Sender's name or number, when the provider wants one."`
	SMSBody   string            `name:"sms-body" placeholder:"JSON" help:"Body for the provider, with {from}, {to} and {text} in its strings."`
	SMSForm   bool              `name:"sms-form" help:"Send the body as a form instead of as JSON."`

	PushSubject string `name:"push-subject" placeholder:"ADDRESS" help:"How the services that wake browsers reach you: mailto:you@example.org or an https address."`
	PushPrivate bool   `name:"push-private" help:"Let devices name push services on private addresses, for one that you run yourself."`
	APNsKey     string `name:"apns-key" type:"path" placeholder:"FILE" help:"Key (.p8) for Apple's devices; with --apns-key-id, --apns-team and --apns-topic."`
	APNsKeyID   string `name:"apns-key-id" placeholder:"ID" help:"Id of that key."`
	APNsTeam    string `name:"apns-team" placeholder:"ID" help:"Id of the team that has the key."`
	APNsTopic   string `name:"apns-topic" placeholder:"NAME" help:"Bundle id of the app."`
	FCMAccount  string `name:"fcm-account" type:"path" placeholder:"FILE" help:"Service account (JSON) for Google's devices."`

	LinkPreviews bool `default:"true" negatable:"" help:"Look at pages that messages link to, to show their titles and pictures (on)."`

	Sandbox       bool   `help:"Open /sandbox/: virtual phones, test users, time travel. Never on a server for real people."`
	SandboxSecret string `placeholder:"SECRET" help:"What /sandbox/ asks for; needed when others can reach the server."`

	DebugListen string `placeholder:"ADDRESS" help:"Loopback address for profiles of the process (net/http/pprof)."`

	NATS   string `name:"nats" placeholder:"URL" help:"NATS between several nodes. Not served by this version."`
	Domain string `placeholder:"NAME" help:"Name to serve under https with a certificate of its own. Not served by this version."`
}

// refuse says what makes no sense, and what this version cannot do yet. A flag that was silently ignored
// would leave somebody with a server that is not what they asked for.
func (c *serveCommand) refuse() error {
	switch {
	case c.Keep < 0 || c.Keep > 0 && c.Keep < time.Hour:
		return errors.New("--keep: messages are kept for an hour at least; leave the flag out to keep them for ever")
	case c.NATS != "":
		return errors.New("--nats: this version runs as a single node and cannot use NATS; leave the flag out")
	case c.MaxUpload < 1:
		return errors.New("--max-upload: give the largest file in megabytes, 1 or more")
	case c.Domain != "":
		return errors.New("--domain: this version does not get certificates itself; put a proxy that speaks https in front of it, name its network with --trusted-proxy, and leave the flag out")
	}
	return nil
}

// Run serves until a signal or a fault ends it.
func (c *serveCommand) Run(out io.Writer) error {
	if err := c.refuse(); err != nil {
		return err
	}
	// The first signal stops in order, the second at once. Go itself has raised
	// the limit of open files to the most that the system allows (package os).
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	n, err := node.Start(ctx, node.Config{
		Listen: c.Listen, TrustedProxies: c.TrustedProxy, Data: c.Data, Database: c.Database, Keep: c.Keep,
		Files: c.Files, MaxUpload: c.MaxUpload << 20, FilesOrigin: c.FilesOrigin,
		SMS: sms.GatewayConfig{
			URL: c.SMSURL, Headers: c.SMSHeader, From: c.SMSFrom, Body: c.SMSBody, Form: c.SMSForm,
		},
		Push: push.Config{
			Subject: c.PushSubject, Private: c.PushPrivate,
			APNs: push.APNsConfig{KeyFile: c.APNsKey, KeyID: c.APNsKeyID, TeamID: c.APNsTeam, Topic: c.APNsTopic},
			FCM:  push.FCMConfig{CredentialsFile: c.FCMAccount},
		},
		NoPreviews: !c.LinkPreviews,
		Sandbox:    c.Sandbox, SandboxSecret: c.SandboxSecret, Debug: c.DebugListen,
		Out: out, Web: web.Files(),
	})
	if err != nil {
		return err
	}
	if err := c.greet(ctx, out, n); err != nil {
		return errors.Join(err, n.Stop())
	}
	select {
	case <-n.Done():
		return n.Wait()
	case <-ctx.Done():
	}
	stop() // from here on a signal ends the process
	slog.Info("stopping; press Ctrl-C again to stop at once")
	return n.Stop()
}

// greet tells the person at the terminal where to go.
func (c *serveCommand) greet(ctx context.Context, out io.Writer, n *node.Node) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Madang %s serves at %s\n", version, n.URL())
	link, err := n.SetupLink(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintf(&b, "Set it up at      %s\n", link)
		fmt.Fprintf(&b, "                  (this link makes the first administrator, once)\n")
	}
	if phones := n.Phones(); phones != "" {
		fmt.Fprintf(&b, "Sign-in codes     are printed here and shown at %s\n", phones)
	} else if c.SMSURL == "" {
		fmt.Fprintf(&b, "Sign-in codes     are printed here, because no --sms-url is set\n")
	}
	if a, ok := n.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() && len(c.TrustedProxy) == 0 {
		fmt.Fprintf(&b, "From elsewhere    browsers keep nobody signed in over plain http; put a proxy that speaks https in front\n")
	}
	_, err = io.WriteString(out, b.String())
	return err
}
