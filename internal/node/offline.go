package node

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/clock"
)

// Offline opens the data of a node without serving, for commands that work on
// it, and calls f. It fails with [ErrInUse] while a node uses the folder.
func Offline(ctx context.Context, c Config, f func(ctx context.Context, people *account.People, rooms *chat.Chat) error) error {
	if c.Out == nil {
		c.Out = io.Discard
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	n := &Node{config: c, clock: clock.New()}
	err := n.openOffline(ctx)
	if err == nil {
		failed := make(chan error, 2)
		n.core.start(func(err error) { failed <- err }, n.people.Run, n.chat.Run)
		err = f(ctx, n.people, n.chat)
		select {
		case cause := <-failed:
			err = errors.Join(err, cause)
		default:
		}
	}
	return errors.Join(err, n.close())
}

func (n *Node) openOffline(ctx context.Context) error {
	var err error
	if n.lock, err = lock(n.config.Data); err != nil {
		return err
	}
	if err := n.openStores(ctx); err != nil {
		return err
	}
	return n.openDomain(ctx)
}
