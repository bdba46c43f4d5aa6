package httpapi

// routes adds every operation, in the order of the document.
func (a *API) routes() {
	a.authRoutes()
	a.meRoutes()
	a.deviceRoutes()
	a.friendRoutes()
	a.userRoutes()
	a.roomRoutes()
	a.memberRoutes()
	a.messageRoutes()
	a.mediaRoutes()
	a.previewRoutes()
	a.searchRoutes()
	a.pushRoutes()
	a.syncRoutes()
	a.inviteRoutes()
	a.healthRoutes()
}
