package db

// Register registers a query until undo is called.
func Register(q *Query) (undo func()) {
	registry.Lock()
	defer registry.Unlock()
	before := registry.queries
	registry.queries = append(before[:len(before):len(before)], q)
	return func() {
		registry.Lock()
		defer registry.Unlock()
		registry.queries = before
	}
}
