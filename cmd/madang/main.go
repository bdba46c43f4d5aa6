// Command madang is the whole of Madang: the server, and the tools of whoever
// runs it.
//
// madang help lists the commands; the help of each is its manual.
package main

import (
	"errors"
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
func run(args []string, out, errs io.Writer) (code int) {
	slog.SetDefault(slog.New(logHandler(errs)))
	exit := -1
	parser, err := kong.New(&program{},
		kong.Name("madang"),
		kong.Description("A messaging platform in one program. `madang serve` needs nothing else."),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { exit = code }),
		kong.DefaultEnvars("MADANG"),
		kong.Configuration(loadSettings),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.BindTo(out, (*io.Writer)(nil)),
	)
	if err != nil {
		return complain(errs, err, 1)
	}
	command, err := parser.Parse(args)
	if exit >= 0 {
		return exit // the help was asked for and printed
	}
	if err != nil {
		code = complain(errs, err, 2)
		fmt.Fprintln(errs, "Run \"madang --help\" for what there is.") //nolint:errcheck // nobody left to tell
		return code
	}
	if err := command.Run(); err != nil {
		return complain(errs, err, 1)
	}
	return 0
}

func complain(errs io.Writer, err error, code int) int {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.ExitCode() > 2 {
		code = parse.ExitCode()
	}
	fmt.Fprintln(errs, "madang:", err) //nolint:errcheck // nobody left to tell
	return code
}

// logHandler writes for people on a terminal and JSON lines for programs.
func logHandler(w io.Writer) slog.Handler {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return tint.NewHandler(w, &tint.Options{TimeFormat: "15:04:05"})
	}
	return slog.NewJSONHandler(w, nil)
}
