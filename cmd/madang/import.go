package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/kakaotalk/bring"
	"madang/internal/node"
)

// importCommand brings in what people have elsewhere.
type importCommand struct {
	KakaoTalk importKakaoTalk `cmd:"" name:"kakaotalk" help:"Bring conversations in that were exported from KakaoTalk as text or CSV."`
}

type importKakaoTalk struct {
	Files    []string `arg:"" name:"file" type:"existingfile" help:"What the app exported: of Android, iOS, Windows or Mac, Korean or English."`
	Owner    string   `required:"" placeholder:"PHONE" help:"Phone number of the account that gets the room."`
	Me       string   `required:"" placeholder:"NAME" help:"The owner's name as the file writes it."`
	Title    string   `placeholder:"TITLE" help:"Title of the room. Files of the same title go into the same room. Without it the file's own."`
	TimeZone string   `placeholder:"ZONE" help:"Where the times of the file are of, as Asia/Seoul. Without it the owner's own."`
	Data     string   `default:"./data" placeholder:"FOLDER" help:"Data folder of the server (${default}). The server may be running."`
	Database string   `placeholder:"URL" help:"PostgreSQL database of the server, when it uses one and is not running here."`
}

// Run brings the files in one after the other and says what became of each.
func (c *importKakaoTalk) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var errs []error
	for _, file := range c.Files {
		res, err := c.one(ctx, out, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
			if ctx.Err() != nil {
				break
			}
			continue
		}
		errs = append(errs, report(out, file, res))
	}
	return errors.Join(errs...)
}

// one brings a file in, through the running server if there is one.
func (c *importKakaoTalk) one(ctx context.Context, out io.Writer, path string) (bring.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return bring.Result{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return bring.Result{}, err
	}
	bar := newBar(out, filepath.Base(path), 2*info.Size()) // it is read twice
	defer bar.end()
	req := bring.Request{Owner: c.Owner, Me: c.Me, Title: c.Title, TimeZone: c.TimeZone, File: filepath.Base(path)}
	var res bring.Result
	err = node.Offline(ctx, node.Config{Data: c.Data, Database: c.Database}, func(ctx context.Context, people *account.People, rooms *chat.Chat) error {
		var err error
		res, err = bring.In(ctx, rooms, people, f, req, bar.set)
		return err
	})
	if errors.Is(err, node.ErrInUse) {
		return node.ImportKakaoTalk(ctx, c.Data, f, req, bar.set)
	}
	return res, err
}

func report(out io.Writer, file string, r bring.Result) error {
	_, err := fmt.Fprintf(out, "%s: %d of %d items are new in the room %q (%s to %s, %d speakers)\n",
		file, r.Added, r.Items, r.Title, r.First.Format("2006-01-02"), r.Last.Format("2006-01-02"), len(r.Speakers))
	for _, o := range r.Odd {
		if err == nil {
			_, err = fmt.Fprintf(out, "  line %d was kept as text: %s: %s\n", o.Line, o.Reason, o.Text)
		}
	}
	if more := r.OddTotal - len(r.Odd); more > 0 && err == nil {
		_, err = fmt.Fprintf(out, "  and %d more lines like these\n", more)
	}
	return err
}

// bar shows how far a long file is: a bar on a terminal, else a line every
// tenth.
type bar struct {
	out   io.Writer
	name  string
	total int64
	tenth int64
	drawn *progressbar.ProgressBar
}

// longFile is from what size on there is progress to show.
const longFile = 1 << 20

func newBar(out io.Writer, name string, total int64) *bar {
	b := &bar{out: out, name: name, total: total}
	if f, ok := out.(*os.File); ok && total > longFile && term.IsTerminal(int(f.Fd())) {
		b.drawn = progressbar.NewOptions64(total, progressbar.OptionSetDescription(name),
			progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish())
	}
	return b
}

func (b *bar) set(done int64) {
	done = min(done, b.total)
	if b.drawn != nil {
		_ = b.drawn.Set64(done)
		return
	}
	if b.total > longFile && done*10/b.total > b.tenth {
		b.tenth = done * 10 / b.total
		fmt.Fprintf(b.out, "%s: %d%%\n", b.name, b.tenth*10)
	}
}

func (b *bar) end() {
	if b.drawn != nil {
		_ = b.drawn.Finish()
	}
}
