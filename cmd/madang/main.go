// Command madang is the whole of Madang: the server, and the tools of whoever
// runs it.
//
// madang help lists the commands; the help of each is its manual.
package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"
	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// version is set by the build (-X main.version=…).
var version = "unknown"

// program is the command line. Each command is a struct with a method Run in a
// file of its own, and has one line here.
type program struct {
	Config kong.ConfigFlag `help:"A JSON file with settings, by the names of the flags." placeholder:"FILE" type:"existingfile" env:"MADANG_CONFIG"`

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Bench   benchCommand   `cmd:"" help:"Measure this machine and a server on it."`
	Push    pushCommand    `cmd:"" help:"Try the notifications that wake devices."`
	Import  importCommand  `cmd:"" help:"Bring conversations in from elsewhere."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

type versionCommand struct{}

// Run prints the version and what it was built with.
func (versionCommand) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "madang", version)
	return err
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main for tests too: it gives the exit code. 2 says that the command
// line is wrong, 1 that what it asked for failed.
func run(args []string, out, errs io.Writer) int {
	slog.SetDefault(slog.New(logHandler(errs)))
	complain := func(err error) {
		fmt.Fprintln(errs, "madang:", err)
	}
	exit := -1
	parser, err := newParser(&program{}, out, errs, func(code int) { exit = code })
	if err != nil {
		complain(err)
		return 1
	}
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:], "--help")
	}
	command, err := parser.Parse(args)
	switch {
	case exit >= 0:
		return exit // the help was asked for and printed
	case err != nil:
		complain(err)
		fmt.Fprintln(errs, "Run \"madang help\" for what there is.")
		return 2
	}
	if err := command.Run(); err != nil {
		complain(err)
		return 1
	}
	return 0
}

// newParser makes the parser of the command line. exit is called when the help
// was printed.
func newParser(p *program, out, errs io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(p,
		kong.Name("madang"),
		kong.Description("A messaging platform in one program. `madang serve` needs nothing else."),
		kong.Writers(out, errs),
		kong.Exit(exit),
		kong.DefaultEnvars("MADANG"),
		kong.Configuration(loadSettings),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(out, (*io.Writer)(nil)),
	)
}

// logHandler writes for people on a terminal and JSON lines for programs.
func logHandler(w io.Writer) slog.Handler {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return tint.NewTextHandler(w, &tint.Options{TimeFormat: "15:04:05"})
	}
	return slog.NewJSONHandler(w, nil)
}
