package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Options say what is measured and how. Zero values are filled with the usual
// ones by [New].
type Options struct {
	// Server is the address of a server with a sandbox; empty means that one
	// is started for every run, in a folder of its own.
	Server string
	// Secret is that of the server's sandbox.
	Secret string
	// Owned allows a server that is not on this machine.
	Owned bool

	// Program is this program, which is started as a server and as the relay.
	Program string
	// Version is what the program was built from; empty means what the build
	// has noted by itself.
	Version string
	// ServerArgs are further arguments for a server of ours.
	ServerArgs []string
	// Database gives a PostgreSQL database for each server of ours; nil means
	// the embedded store.
	Database func(context.Context) (url string, err error)
	// Dir is where folders of data are made; empty means the first usual
	// folder that is on a disk.
	Dir string

	// Runs is how often everything is measured; the figures are medians.
	Runs int
	// Warm is how long a scenario runs before it measures, Measure how long it
	// measures.
	Warm, Measure time.Duration

	TextBytes int     // of every message
	Pairs     int     // of pairs and rate
	InFlight  int     // unacknowledged messages of each pair
	Rate      float64 // messages a second of rate
	Members   int     // of the room of group
	Senders   int     // of them
	Readers   int     // members of reads
	Sockets   int     // of idle
	Devices   int     // of storm and push
	Rooms     int     // of each user of idle and storm
	RoomSize  int     // members of each of those rooms

	Photos     int // of photos
	Megapixels int // of each of them

	// Progress is told what is being done, a few times a second. It may be nil.
	Progress func(Progress)

	// restart, when the server is ours, starts it anew with its data.
	restart func(context.Context) error
}

// Progress says how far a measurement has come.
type Progress struct {
	Scenario    string
	Run, Runs   int
	Ceiling     bool // the relay is being measured, not the server
	Done, Total time.Duration
	Note        string
}

func (o *Options) span() span { return span{o.Warm, o.Measure} }

// ceilingSpan is shorter: the relay has nothing to warm up and is steady.
func (o *Options) ceilingSpan() span {
	return span{min(o.Warm, time.Second), min(o.Measure, 3*time.Second)}
}

// scenario is one kind of load.
type scenario struct {
	name  string
	shape func(o *Options) string
	// standard reports whether the shape is the one that the goals are set for.
	standard func(o *Options) bool
	figures  []Figure
	// onPostgres replaces the goals of figures when the server is on
	// PostgreSQL.
	onPostgres map[string]Figure
	// alone says that it needs no server: it measures what this process can do.
	alone bool
	// run measures the server once and says what it has checked. The target is
	// nil when it is alone.
	run func(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error)
	// ceiling measures the relay in the same way; nil when it has nothing to
	// compare with.
	ceiling func(ctx context.Context, o *Options, relay *child, report progress) (sample, error)
}

var scenarios = []*scenario{
	&pairsScenario, &rateScenario, &groupScenario, &readsScenario, &idleScenario, &stormScenario, &photosScenario, &pushScenario,
}

// Names are the scenarios in the order in which "all" runs them.
func Names() []string {
	names := []string{"ceiling"}
	for _, s := range scenarios {
		names = append(names, s.name)
	}
	return names
}

// Bench measures a server.
type Bench struct {
	o Options
}

// New makes a Bench. Program must be set.
func New(o Options) (*Bench, error) {
	if o.Program == "" {
		return nil, errors.New("the program to be measured is not given")
	}
	for value, usual := range map[*int]int{
		&o.Runs: 3, &o.TextBytes: 200, &o.Pairs: 100, &o.InFlight: 8, &o.Members: 200, &o.Senders: 5, &o.Readers: 3000,
		&o.Sockets: 15_000, &o.Devices: 2000, &o.Rooms: 20, &o.RoomSize: 10,
		&o.Photos: 1000, &o.Megapixels: 12,
	} {
		if *value == 0 {
			*value = usual
		}
		if *value < 0 {
			return nil, errors.New("a number is negative")
		}
	}
	if o.Rate == 0 {
		o.Rate = 500
	}
	if o.Warm == 0 {
		o.Warm = 2 * time.Second
	}
	if o.Measure == 0 {
		o.Measure = 10 * time.Second
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Senders > o.Members || o.Members < 2 || o.RoomSize < 2 {
		return nil, errors.New("a room has more senders than members, or fewer than two members")
	}
	if o.Megapixels > maxMegapixels {
		return nil, fmt.Errorf("a server takes no photo of more than %d megapixels", maxMegapixels)
	}
	return &Bench{o: o}, nil
}

// Run measures the scenarios of the names given. A scenario that fails has an
// error in its result and does not keep others from running; the error of Run
// is for what keeps everything from running.
func (b *Bench) Run(ctx context.Context, names []string) (*Report, error) {
	if len(names) == 0 || slices.Contains(names, "all") {
		names = Names()
	}
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
	}
	if b.o.Server != "" {
		// Before anything else: whether load may go there at all.
		if _, err := newTarget(ctx, b.o.Server, b.o.Secret, b.o.Owned); err != nil {
			return nil, err
		}
	}
	report := b.report()
	// Every run is void on a machine that cannot do this much, so it comes first.
	ceiling, err := b.ceiling(ctx, slices.Contains(names, "ceiling"))
	if err != nil {
		return nil, fmt.Errorf("ceiling: %w", err)
	}
	report.Results = append(report.Results, *ceiling)
	report.Control = ceiling.Figures[0].Value
	report.Void = report.Control < VoidBelow
	for _, s := range scenarios {
		if !slices.Contains(names, s.name) {
			continue
		}
		r := b.measure(ctx, s)
		if ctx.Err() != nil {
			return report, context.Cause(ctx)
		}
		report.Results = append(report.Results, r)
	}
	return report, nil
}

// measure runs a scenario as often as wanted, each time behind its ceiling.
func (b *Bench) measure(ctx context.Context, s *scenario) Result {
	r := Result{Scenario: s.name, Shape: s.shape(&b.o), Figures: slices.Clone(s.figures)}
	for i := range r.Figures {
		f := &r.Figures[i]
		if other, ok := s.onPostgres[f.Name]; ok && b.o.Database != nil {
			f.Goal, f.Aim = other.Goal, other.Aim
		}
		if !s.standard(&b.o) {
			f.Goal, f.Aim = 0, 0
		}
	}
	var runs, ceilings []sample
	for i := range b.o.Runs {
		say := func(ceiling bool) progress {
			return func(done, total time.Duration, note string) {
				b.o.Progress(Progress{Scenario: s.name, Run: i + 1, Runs: b.o.Runs, Ceiling: ceiling, Done: done, Total: total, Note: note})
			}
		}
		if s.ceiling != nil {
			top, err := b.withRelay(ctx, func(relay *child) (sample, error) { return s.ceiling(ctx, &b.o, relay, say(true)) })
			if err != nil {
				r.Error = fmt.Sprintf("run %d: ceiling: %v", i+1, err)
				return r
			}
			ceilings = append(ceilings, top)
		}
		got, checked, err := b.once(ctx, s, say(false))
		if err != nil {
			r.Error = fmt.Sprintf("run %d: %v", i+1, err)
			return r
		}
		runs, r.Checked = append(runs, got), checked
	}
	r.fill(runs, ceilings)
	return r
}

// once runs a scenario on a server of its own, or on the one that was given.
func (b *Bench) once(ctx context.Context, s *scenario, report progress) (got sample, checked string, err error) {
	report(0, 0, "starting")
	if s.alone {
		return s.run(ctx, &b.o, nil, report)
	}
	var t *target
	if b.o.Server != "" {
		t, err = newTarget(ctx, b.o.Server, b.o.Secret, b.o.Owned)
	} else {
		t, err = b.startServer(ctx)
	}
	if err != nil {
		return nil, "", err
	}
	defer t.http.CloseIdleConnections()
	o := b.o
	if t.child != nil {
		o.restart = func(ctx context.Context) error { return b.restart(ctx, t) }
		defer func() { err = errors.Join(err, t.child.stop()) }()
	}
	return s.run(ctx, &o, t, report)
}

func (b *Bench) withRelay(ctx context.Context, f func(relay *child) (sample, error)) (s sample, err error) {
	relay, err := b.startRelay(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, relay.stop()) }()
	return f(relay)
}
