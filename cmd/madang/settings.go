package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// settings are the values of a settings file. A flag on the command line goes
// before the environment, and that before the file.
type settings map[string]any

// loadSettings reads a JSON object whose names are those of the flags, with
// underscores or hyphens: {"listen": ":8080", "sms_url": "https://…"}.
func loadSettings(r io.Reader) (kong.Resolver, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	raw := map[string]any{}
	if err := d.Decode(&raw); err != nil {
		return nil, fmt.Errorf("the settings file is no JSON object: %w", err)
	}
	s := make(settings, len(raw))
	for name, value := range raw {
		if n, ok := value.(json.Number); ok {
			value = n.String()
		}
		s[strings.ReplaceAll(name, "_", "-")] = value
	}
	return s, nil
}

// Validate implements kong.Resolver: a name that no flag has is a mistake that
// would otherwise go unnoticed.
func (s settings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range app.Flags {
		known[flag.Name] = true
	}
	for _, command := range app.Leaves(true) {
		for _, flag := range command.Flags {
			known[flag.Name] = true
		}
	}
	for name := range s {
		if !known[name] {
			return fmt.Errorf("the settings file has %q, which is no setting", name)
		}
	}
	return nil
}

// Resolve implements kong.Resolver.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if os.Getenv(env) != "" {
			return nil, nil //nolint:nilnil // kong's way to say that the file has no word in it
		}
	}
	return s[flag.Name], nil
}
