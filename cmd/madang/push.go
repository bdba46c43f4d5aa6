package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"madang/internal/node"
)

// pushCommand is about the notifications that wake devices.
type pushCommand struct {
	Test pushTest `cmd:"" help:"Send a notification to all devices of a person, and say what became of each."`
}

type pushTest struct {
	To   string `arg:"" name:"person" help:"Whose devices: a phone number as +821012345678, a @handle, or the id of an account."`
	Data string `default:"./data" placeholder:"FOLDER" help:"Data folder of the running server (${default})."`
}

// Run sends the test through the running server. It fails when no device got it.
func (c *pushTest) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	tried, err := node.TestPush(ctx, c.Data, c.To)
	if err != nil {
		return err
	}
	if len(tried) == 0 {
		return errors.New("this person has no device that can be woken; they turn notifications on in the settings of the app")
	}
	taken := 0
	for _, t := range tried {
		result := "taken by the push service"
		if t.Error != "" {
			result = "not taken: " + t.Error
		} else {
			taken++
		}
		if _, err := fmt.Fprintf(out, "%s (%s): %s\n", t.Device, t.Kind, result); err != nil {
			return err
		}
	}
	if taken == 0 {
		return errors.New("no push service took the notification")
	}
	return nil
}
