package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"madang/e2e/load"
	"madang/internal/db/pgtest"
)

// benchCommand measures a server. None of its flags has the name of a server's
// setting, so that a machine's settings cannot lead it to real data.
type benchCommand struct {
	Scenarios []string `arg:"" optional:"" name:"scenario" help:"What to measure: ceiling, pairs, rate, group, reads, idle, storm, photos, push; without any, all of them."`

	Server string `placeholder:"URL" help:"A running server with --sandbox. Without it servers are started for it, each in a folder of its own."`
	Secret string `placeholder:"SECRET" help:"That of the server's sandbox."`
	Owned  bool   `name:"i-own-this-server" help:"Allow a server that is not on this machine."`

	Postgres    bool   `help:"Put the servers on a PostgreSQL that is started for it."`
	PostgresURL string `placeholder:"URL" help:"Put the servers on this empty PostgreSQL database."`
	Folder      string `placeholder:"FOLDER" help:"Where data is written; must be on a disk. Without it the first usual temporary folder that is."`
	ServerArgs  string `placeholder:"ARGS" help:"Further flags for the servers, as in \"--debug-listen 127.0.0.1:6060\"."`

	Runs    int           `default:"3" help:"How often everything is measured; figures are medians (${default})."`
	Warm    time.Duration `default:"2s" help:"How long a scenario runs before it measures (${default})."`
	Measure time.Duration `default:"10s" help:"How long it measures (${default})."`

	TextBytes int     `default:"200" help:"Length of a message's text (${default})."`
	Pairs     int     `default:"100" help:"Pairs of people, in pairs and rate (${default})."`
	InFlight  int     `default:"8" help:"Unacknowledged messages of each sender, in pairs and group (${default})."`
	Rate      float64 `default:"500" help:"Messages a second, in rate (${default})."`
	Members   int     `default:"200" help:"Members of the room, in group (${default})."`
	Senders   int     `default:"5" help:"How many of them send, in group (${default})."`
	Readers   int     `default:"3000" help:"Members of the room, in reads (${default})."`
	Sockets   int     `default:"15000" help:"Open sockets, in idle (${default})."`
	Devices   int     `default:"2000" help:"Devices that come back at once in storm, and that are woken in push (${default})."`
	Rooms     int     `default:"20" help:"Rooms of each user, in idle and storm (${default})."`
	RoomSize  int     `default:"10" help:"Members of each room, in storm (${default})."`

	Photos     int `default:"1000" help:"Photos that are uploaded, in photos (${default})."`
	Megapixels int `default:"12" help:"Size of each of them (${default})."`

	JSON       string `name:"json" placeholder:"FILE" help:"Write the figures there too; - is standard output, without the table."`
	Strict     bool   `help:"Fail when the run is void or a goal is missed."`
	CPUProfile string `name:"cpuprofile" placeholder:"FILE" help:"Write a processor profile of the load generator."`

	// Relay is how the bare relay is started as a process of its own.
	Relay string `hidden:"" placeholder:"FOLDER"`
}

// errShort says that a strict run was void or short of a goal.
var errShort = errors.New("the run is void or a goal was missed, see above")

// Run measures and prints.
func (c *benchCommand) Run(out io.Writer) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Relay != "" {
		return load.ServeRelay(ctx, c.Relay, out)
	}
	// Load and server share the machine: what the collector of this process
	// saves goes to the server. It holds a few hundred megabytes at most.
	debug.SetGCPercent(400)

	options, done, err := c.options()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	show := newBenchProgress(os.Stderr)
	options.Progress = show.show
	bench, err := load.New(options)
	if err != nil {
		return err
	}
	stopProfile, err := c.profile()
	if err != nil {
		return err
	}
	report, err := bench.Run(ctx, c.Scenarios)
	show.clear()
	if err = errors.Join(err, stopProfile()); err != nil {
		return err
	}
	if err := c.write(report, out); err != nil {
		return err
	}
	if report.Failed() {
		return errors.New("a scenario failed, see above")
	}
	if c.Strict && (report.Void || report.Missed()) {
		return errShort
	}
	return nil
}

// options makes the options of the load. done is called when it is over.
func (c *benchCommand) options() (o load.Options, done func() error, err error) {
	done = func() error { return nil }
	if c.Server != "" && (c.Postgres || c.PostgresURL != "" || c.ServerArgs != "") {
		return o, done, errors.New("--server names a running server; --postgres, --postgres-url and --server-args are for servers that are started here")
	}
	program, err := os.Executable()
	if err != nil {
		return o, done, fmt.Errorf("find this program: %w", err)
	}
	o = load.Options{
		Server: c.Server, Secret: c.Secret, Owned: c.Owned,
		Program: program, Version: built(), ServerArgs: strings.Fields(c.ServerArgs), Dir: c.Folder,
		Runs: c.Runs, Warm: c.Warm, Measure: c.Measure,
		TextBytes: c.TextBytes, Pairs: c.Pairs, InFlight: c.InFlight, Rate: c.Rate,
		Members: c.Members, Senders: c.Senders, Readers: c.Readers,
		Sockets: c.Sockets, Devices: c.Devices, Rooms: c.Rooms, RoomSize: c.RoomSize,
		Photos: c.Photos, Megapixels: c.Megapixels,
	}
	if c.PostgresURL != "" {
		o.Database = func(context.Context) (string, error) { return c.PostgresURL, nil }
		return o, done, nil
	}
	if !c.Postgres {
		return o, done, nil
	}
	folder, err := load.DiskFolder(c.Folder)
	if err != nil {
		return o, done, err
	}
	server, err := pgtest.New(pgtest.Options{Dir: folder, Bytewise: true, Settings: map[string]string{
		"shared_buffers": "1GB", "max_wal_size": "4GB", "min_wal_size": "1GB",
	}})
	if err != nil {
		return o, done, err
	}
	o.Database = func(ctx context.Context) (string, error) {
		name, err := server.CreateDatabase(ctx, "")
		if err != nil {
			return "", err
		}
		return server.URL(name), nil
	}
	return o, server.Close, nil
}

// built is the version that the build was given, if it was.
func built() string {
	if version == "unknown" {
		return ""
	}
	return version
}

// profile starts the profile of this process, if one is wanted.
func (c *benchCommand) profile() (stop func() error, err error) {
	if c.CPUProfile == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(c.CPUProfile)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("profile: %w", err), f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// write prints the table, and the figures for programs where they are wanted.
func (c *benchCommand) write(report *load.Report, out io.Writer) error {
	if c.JSON == "-" {
		return report.WriteJSON(out)
	}
	if err := report.WriteText(out); err != nil || c.JSON == "" {
		return err
	}
	f, err := os.Create(c.JSON)
	if err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return errors.Join(report.WriteJSON(f), f.Close())
}
