package main

// mutant is one fault, as a change of one source file, and the tests that must
// notice it.
type mutant struct {
	name  string // what the fault is
	file  string // in the repository
	old   string // stands there exactly once
	new   string
	tests []test
}

// test names a test of a package, by the pattern of `go test -run`.
type test struct {
	pkg  string // in the repository
	run  string
	args []string // flags of the test program
}

// The tests that notice more than one fault.
var (
	suite    = test{pkg: "internal/chat/roomlog/pebblelog", run: "TestSuite/pebble"}
	powerCut = test{pkg: "e2e/crash", run: "TestPowerCut", args: []string{"-rounds", "12"}}
)

// of is one of the tests of a suite.
func (t test) of(name string) test {
	t.run += "/" + name
	return t
}

var mutants = []mutant{
	{
		// What a commit writes reaches the disk with the commit after it.
		name: "acknowledge before the sync",
		file: "internal/chat/roomlog/pebblelog/pebblelog.go",
		old:  `if err := pb.Commit(pebble.Sync); err != nil {`,
		new:  `if err := errors.Join(e.db.LogData(nil, pebble.Sync), pb.Commit(pebble.NoSync)); err != nil {`,
		tests: []test{
			{pkg: "internal/chat/roomlog/pebblelog", run: "TestPowerCut"},
			powerCut,
		},
	},
	{
		name: "no idempotency",
		file: "internal/chat/roomlog/draft.go",
		old:  `if !op.ClientID.IsZero() {` + "\n\t\tk, ok, err := tx.key",
		new:  `if false {` + "\n\t\tk, ok, err := tx.key",
		tests: []test{
			suite.of("SameKeySameNumber"),
			powerCut,
		},
	},
	{
		name: "head raised without insert",
		file: "internal/chat/roomlog/pebblelog/pebblelog.go",
		old:  `w.entry(d.Room, &d.Entries[i])`,
		new:  `if d.Entries[i].Seq%20 != 0 { w.entry(d.Room, &d.Entries[i]) }`,
		tests: []test{
			suite.of("NumbersWithoutGaps"),
			powerCut,
		},
	},
	{
		name: "the bus drops 1 in 50",
		file: "internal/bus/bus.go",
		old:  `for _, f := range l.subs {`,
		new:  `for _, f := range l.subs {` + "\n\t\tif b.Pos%50 == 7 { continue }",
		tests: []test{
			{pkg: "e2e/crash", run: "TestPushesNeedNoHelp"},
		},
	},
	{
		name: "reads above the durable head: heads move before the sync",
		file: "internal/chat/roomlog/pebblelog/pebblelog.go",
		old:  `e.rooms.reserve(b)`,
		new:  `e.rooms.reserve(b); e.rooms.publish(b)`,
		tests: []test{
			{pkg: "internal/chat/roomlog/pebblelog", run: "TestFailedSyncStops"},
			{pkg: "e2e/crash", run: "TestNothingIsSeenBeforeItIsOnDisk"},
		},
	},
	{
		name: "reads above the durable head: entries are not cut off at it",
		file: "internal/chat/roomlog/pebblelog/read.go",
		old: `from, to = max(from, h.Tail), min(to, h.Seq)
	if !r.exists() || from > to || limit <= 0 {
		r.mu.RUnlock()
		return nil, nil
	}
	list, ok := r.latest(from, to, limit, down)`,
		new: `from = max(from, h.Tail)
	if !r.exists() || limit <= 0 {
		r.mu.RUnlock()
		return nil, nil
	}
	list, ok := []roomlog.Entry(nil), false`,
		tests: []test{
			{pkg: "internal/chat/roomlog/pebblelog", run: "TestReadersWaitForTheDisk"},
		},
	},
	{
		// They are kept in memory, and forgotten with it.
		name: "a read mark is lost",
		file: "internal/chat/roomlog/pebblelog/pebblelog.go",
		old:  `for _, m := range d.Members {`,
		new:  `for _, m := range d.Members {` + "\n\t\t\tif len(d.Entries) == 0 && !d.Control { break }",
		tests: []test{
			suite.of("MarksSurviveReopening"),
			powerCut,
		},
	},
}
