package wire

import "time"

// The limits of what a client may send. They are part of the protocol: hello
// answers them, and the web client takes them from the generated types.
const (
	// MaxTextGraphemes is the length of a text in characters as people count
	// them (Unicode text segmentation, UAX #29).
	MaxTextGraphemes = 10_000
	// MaxTextBytes bounds a text before its characters are counted; Korean
	// text of full length takes half of it.
	MaxTextBytes = 64 << 10
	// MaxFrameBytes is the largest frame that a socket takes from a client.
	MaxFrameBytes = 128 << 10
	// MaxBodyBytes is the largest REST body, except where a call says more.
	MaxBodyBytes = 128 << 10
	// MaxContactsBytes is the largest body of POST /v1/contacts.
	MaxContactsBytes = 1 << 20
	// MaxJSONDepth is how deep arrays and objects may nest.
	MaxJSONDepth = 16
	// MaxBatch is how many calls one frame may hold.
	MaxBatch = 64
	// MaxInFlight is how many unanswered calls a socket may have.
	MaxInFlight = 256
	// MaxGroupMembers is the size of a group.
	MaxGroupMembers = 3000
	// MaxInvite is how many people one call may invite.
	MaxInvite = 100
	// MaxMentions is how many people one message may mention.
	MaxMentions = 50
	// MaxReactions is how many different emoji a message can carry.
	MaxReactions = 20
	// MaxPhotos is how many photos one message holds.
	MaxPhotos = 30
	// MaxPinnedRooms is how many rooms a person can pin.
	MaxPinnedRooms = 20
	// MaxDrafts is in how many rooms a person can have begun to write.
	MaxDrafts = 100
	// MaxTitleGraphemes is the length of a room's title.
	MaxTitleGraphemes = 100
	// MaxPage is the largest limit of a page of entries; 50 when not given.
	MaxPage = 200
	// MaxSyncRooms is how many rooms one sync or have call may name.
	MaxSyncRooms = 1000
	// MaxSyncEntries is how many entries one sync answer holds for a room.
	MaxSyncEntries = 100
	// SmallRoom is the size up to which every read mark and typing sign is
	// passed on at once; in larger rooms read marks go out gathered.
	SmallRoom = 100
	// EditWindow is how long after sending a text can be edited.
	EditWindow = 15 * time.Minute
	// TypingTTL is how long a typing sign holds without another.
	TypingTTL = 5 * time.Second
	// SendRate is how many messages a second an account may send, on average;
	// bursts of SendBurst are taken.
	SendRate  = 20
	SendBurst = 60
)
