package notify

import (
	"context"
	"errors"
)

// Writing joins writes until ctx is done, as Run does, and does nothing else.
func (n *Notify) Writing(ctx context.Context) error { return n.gather.Run(ctx) }

// Look notes what is in the feeds by now, as the first tick after it does.
func (n *Notify) Look(ctx context.Context) error {
	return errors.Join(n.compare(ctx), n.goOn(ctx, n.clock.Now()))
}

// Wake wakes those for whom a message has waited long enough, takes back what was
// read, and tries again what is due.
func (n *Notify) Wake(ctx context.Context) error {
	err := n.goOn(ctx, n.clock.Now())
	keys, _ := n.reads.take()
	return errors.Join(err, n.backAll(ctx, keys), n.Retry(ctx))
}

// LookAtAll compares everything that is shown with the read marks.
func (n *Notify) LookAtAll(ctx context.Context) error {
	err := n.forgetOld(ctx)
	for at := (&lookAt{shard: -1}); at != nil && err == nil; {
		at, err = n.look(ctx, at)
	}
	return err
}

// Save notes how far notifications are.
func (n *Notify) Save(ctx context.Context) error { return n.save(ctx) }

var (
	IsQuiet    = isQuiet
	CheckQuiet = checkQuiet
	Short      = short
)

// Say puts a message into words.
var Say = say
