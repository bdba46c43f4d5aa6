package kakaotalk

import "time"

// Kind is what an item of a conversation is.
type Kind string

// The kinds. The first eight are what a person sent.
const (
	KindText     Kind = "text"
	KindPhoto    Kind = "photo"
	KindVideo    Kind = "video"
	KindVoice    Kind = "voice"
	KindFile     Kind = "file"
	KindEmoticon Kind = "emoticon"
	KindContact  Kind = "contact"
	KindPlace    Kind = "place"

	KindDeleted Kind = "deleted" // a message taken back or hidden; what it said is not in the file
	KindJoined  Kind = "joined"
	KindLeft    Kind = "left"
	KindInvited Kind = "invited"
	KindRemoved Kind = "removed"
	KindNotice  Kind = "notice" // any other line of the client itself, or a text that belongs to nobody
)

// Sent reports whether items of the kind are messages that a person sent,
// taken back or not.
func (k Kind) Sent() bool {
	switch k {
	case KindJoined, KindLeft, KindInvited, KindRemoved, KindNotice:
		return false
	}
	return true
}

// Item is one entry of a conversation: a message, or something that happened.
type Item struct {
	// Line is the number of its first line in the file, from 1.
	Line int
	// Time is when it was said, in the location given to Parse and to the
	// minute, or to the second where the form has seconds. Lines without a time
	// of their own have the time of the item before.
	Time time.Time
	// Speaker is the name as written, without spaces around it. The owner of
	// the file appears under the own profile name, as "회원님", or as the client
	// had it. For joined and left it is that person, for invited and removed
	// who did it. Empty for notices, for what was deleted by nobody named, and
	// where the file does not say.
	Speaker string
	Kind    Kind
	// Text is the item as written, lines joined by "\n", for every kind: the
	// words "사진 3장" of a photo, the sentence of a join. At most MaxTextBytes.
	Text string
	// Count is the number of photos or videos sent together, at least 1 for
	// these kinds and 0 for the others.
	Count int
	// File is the name of the file, where the export gives one.
	File string
	// Subjects are who was invited or removed.
	Subjects []string
	// Order tells apart items that are equal in minute, speaker, kind and
	// content: 1 for the first of them, 2 for the second, and so on.
	Order int
	// Part is 0, or counts from 1 the further pieces of a text longer than
	// MaxTextBytes. The pieces follow one another directly; their texts put
	// together are the whole.
	Part int
}
