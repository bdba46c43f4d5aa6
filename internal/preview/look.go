package preview

import (
	"context"
	"errors"
	"fmt"
	"time"

	"madang/internal/chat"
	"madang/internal/fault"
)

var errNothing = errors.New("the page tells nothing of itself")

// look looks at a page, once for all who want it at the same time, and keeps what it
// finds, or that there is nothing. The preview is nil then. The actor is whoever asks
// first.
func (p *Previews) look(ctx context.Context, a chat.Actor, address string, hash []byte) (*Preview, error) {
	done := p.looks.DoChan(address, func() (any, error) {
		leave, err := p.enter(a)
		if err != nil {
			return nil, err
		}
		defer leave()
		// A look may have ended between the caller's own glance and this one.
		if kept, ok, err := p.kept(p.life, hash); err != nil || ok {
			return kept, err
		}
		// Others may wait for it when this caller has gone.
		ctx, cancel := context.WithTimeout(p.life, Timeout)
		defer cancel()
		found, err := p.fetch(ctx, address)
		switch {
		case p.life.Err() != nil:
			return nil, fault.New(fault.ShuttingDown) // which says nothing of the page
		case err != nil:
			p.Logger.Debug("a page shows nothing", "cause", err)
			found = nil
		}
		ctx, cancel = context.WithTimeout(p.life, Timeout)
		defer cancel()
		if err := p.keep(ctx, hash, found); err != nil && p.life.Err() == nil {
			p.Logger.Warn("a preview could not be kept; the page is looked at again when it is asked for", "cause", err)
		}
		return found, nil
	})
	select {
	case r := <-done:
		found, _ := r.Val.(*Preview)
		return found, r.Err
	case <-ctx.Done():
		return nil, fmt.Errorf("look at a page: %w", ctx.Err())
	}
}

// enter counts a look in, and gives what counts it out.
func (p *Previews) enter(a chat.Actor) (leave func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.stopped:
		return nil, fault.New(fault.ShuttingDown)
	case p.all >= maxLooks || p.running[a.User] >= perPerson:
		return nil, fault.New(fault.PreviewBusy).After(time.Second)
	}
	p.all++
	p.running[a.User]++
	p.under.Add(1)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.all--
		if p.running[a.User]--; p.running[a.User] == 0 {
			delete(p.running, a.User)
		}
		p.under.Done()
	}, nil
}

// stop ends the looks under way and returns when all have ended. No other begins.
func (p *Previews) stop() {
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.end()
	p.under.Wait()
}
