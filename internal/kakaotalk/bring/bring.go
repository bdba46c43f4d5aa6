// Package bring answers: how does a conversation exported from KakaoTalk become
// a room here?
package bring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // for machines without a zone database of their own

	"golang.org/x/text/unicode/norm"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/kakaotalk"
	"madang/internal/wire"
)

// Request says whose conversation a file holds.
type Request struct {
	// Owner is the phone number of the account that gets the room.
	Owner string `json:"owner"`
	// Me is the owner's name as the file writes it.
	Me string `json:"me"`
	// Title names the room and, among all that the owner brings in, the
	// conversation: files of the same title go into the same room. Empty takes
	// the title that the file gives.
	Title string `json:"title,omitempty"`
	// File is the name of the file, for files that hold no title.
	File string `json:"file,omitempty"`
	// TimeZone is where the times of the file are of, as an IANA name. Empty
	// is the owner's own.
	TimeZone string `json:"time_zone,omitempty"`
}

// Result says what became of a file.
type Result struct {
	Room     wire.ID                `json:"room_id"`
	Title    string                 `json:"title"`
	Form     kakaotalk.Form         `json:"form"`
	Items    int                    `json:"items"` // in the file
	Added    int                    `json:"added"` // that were not there yet
	Speakers []kakaotalk.Speaker    `json:"speakers"`
	Lines    int                    `json:"lines"`
	Odd      []kakaotalk.OddLine    `json:"odd,omitempty"` // the first of them
	OddTotal int                    `json:"odd_total"`
	First    time.Time              `json:"first"`
	Last     time.Time              `json:"last"`
	Counts   map[kakaotalk.Kind]int `json:"counts"`
}

// Refusal is why a file was not brought in; its text is for the person who
// tried. Nothing was changed, or, after a broken run, the same call goes on.
type Refusal struct{ text string }

func (r *Refusal) Error() string { return r.text }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// batch is how many items are handed to the room at once.
const batch = 500

// In reads the file twice, first to see what it is and who speaks in it, then
// to bring it in. progress, if not nil, hears how many bytes of both readings
// together are done. A run that broke off is taken up by calling In again; a
// later export of the same conversation adds what is new in it.
func In(ctx context.Context, rooms *chat.Chat, people *account.People, f io.ReadSeeker, r Request, progress func(done int64)) (Result, error) {
	owner, err := people.ByPhone(ctx, r.Owner)
	if fault.Has(err, fault.UserUnknown) || fault.Has(err, fault.PhoneInvalid) {
		return Result{}, refuse("no account has the number %q; --owner takes the number that you signed up with, as +821012345678", r.Owner)
	}
	if err != nil {
		return Result{}, fmt.Errorf("find the owner: %w", err)
	}
	me, err := people.Me(ctx, owner.ID)
	if err != nil {
		return Result{}, fmt.Errorf("find the owner: %w", err)
	}
	zone := r.TimeZone
	if zone == "" {
		zone = me.TimeZone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return Result{}, refuse("there is no time zone %q; write it as Asia/Seoul", zone)
	}
	in := &meter{ctx: ctx, r: f, report: progress}
	report, err := kakaotalk.Parse(in, loc, func(kakaotalk.Item) error { return nil })
	if errors.Is(err, kakaotalk.ErrNotAnExport) {
		return Result{}, refuse("%s: %v", name(r.File), err)
	}
	if err != nil {
		return Result{}, fmt.Errorf("read %s: %w", name(r.File), err)
	}
	if err := knows(report, r.Me); err != nil {
		return Result{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Result{}, fmt.Errorf("read %s again: %w", name(r.File), err)
	}
	title := titleOf(report, r)
	im, err := rooms.BeginImport(ctx, chat.ImportInto{Owner: owner.ID, Key: title, Title: title})
	if err != nil {
		return Result{}, err
	}
	out := Result{
		Room: im.Room(), Title: title, Form: report.Form, Items: report.Items, Speakers: report.Speakers,
		Lines: report.Lines.Total(), Odd: report.Odd, OddTotal: report.OddTotal,
		First: report.First, Last: report.Last, Counts: report.Kinds,
	}
	var items []chat.Imported
	flush := func() error {
		added, err := im.Add(ctx, items)
		out.Added += added
		items = items[:0]
		return err
	}
	_, err = kakaotalk.Parse(in, loc, func(it kakaotalk.Item) error {
		items = append(items, imported(it, r.Me)...)
		if len(items) < batch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return Result{}, fmt.Errorf("bring in %s: %w", name(r.File), err)
	}
	_, err = im.Finish(ctx)
	return out, err
}

// ownNames are how clients write the owner beside the profile name.
var ownNames = []string{"회원님", "나", "Me", "You"}

// knows checks that the owner speaks in the file: a misspelt name would make
// the owner a stranger in their own conversation.
func knows(r kakaotalk.Report, me string) error {
	if len(r.Speakers) == 0 {
		return nil
	}
	var names []string
	for _, s := range r.Speakers {
		if s.Name == me || slices.Contains(ownNames, s.Name) {
			return nil
		}
		if len(names) < 20 {
			names = append(names, s.Name)
		}
	}
	return refuse("nobody named %q speaks in the file; --me takes your own name as the file writes it, one of: %s", me, strings.Join(names, ", "))
}

// macName is how the Mac client names its files: the title stands between.
var macName = regexp.MustCompile(`^KakaoTalk_Chat_(.+?)_\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}$`)

var membersBehind = regexp.MustCompile(` [1-9]\d{0,3}$`)

// titleOf finds what the conversation is called.
func titleOf(report kakaotalk.Report, r Request) string {
	title := r.Title
	if title == "" {
		title = report.Title
		if report.Form == kakaotalk.FormAndroid && !report.Direct {
			// Android writes the number of members behind a group's name. It
			// changes, and the conversation stays the same.
			title = membersBehind.ReplaceAllString(title, "")
		}
	}
	if title == "" {
		base := strings.TrimSuffix(filepath.Base(r.File), filepath.Ext(r.File))
		if m := macName.FindStringSubmatch(norm.NFC.String(base)); m != nil {
			base = m[1]
		}
		title = base
	}
	title = norm.NFC.String(strings.Join(strings.Fields(title), " "))
	if !wire.IsTitle(title) {
		if cut := kakaotalk.Split(title, wire.MaxTitleGraphemes); len(cut) > 0 && wire.IsTitle(cut[0]) {
			return cut[0]
		}
		return "KakaoTalk"
	}
	return title
}

func name(file string) string {
	if file == "" {
		return "the file"
	}
	return file
}

// meter counts what is read and stops when ctx does.
type meter struct {
	ctx    context.Context
	r      io.Reader
	done   int64
	report func(int64)
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.done += int64(n)
	if m.report != nil {
		m.report(m.done)
	}
	return n, err
}
