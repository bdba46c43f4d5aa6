package push

import (
	"context"
	"net/http"
)

// Prepare makes a web push ready to be sent.
func (s *Service) Prepare(ctx context.Context, sub *Subscription, n *Notification) (*http.Request, error) {
	return s.web.Prepare(ctx, sub, n)
}
