package fault

//go:generate go run madang/internal/dev/faultdoc ../../docs/protocol.md

// Code is one of the numbered faults of the table below. The number is part of
// the protocol: it is the "code" of a JSON-RPC error, and String() is the
// "code" of a REST problem. Numbers and names are never reused.
type Code uint16

// Row is what the table says of a code.
type Row struct {
	Code  Code
	Name  string // stable, snake_case
	Kind  Kind
	Retry bool   // the very same request may succeed later
	Text  string // one sentence that says what to do
}

// The codes. New ones go at the end of their group; the table in Rows gives
// each its text. Groups: 1000 any request, 1100 sign-in and people, 1200 rooms
// and messages, 1300 media, 1400 push, 1450
// link previews, 1500 search, 1900 the server itself.
const (
	BadRequest       Code = 1000
	BadJSON          Code = 1001
	UnknownMethod    Code = 1002
	FrameTooLarge    Code = 1003
	RateLimited      Code = 1004
	NotFoundAnywhere Code = 1005
	OriginRefused    Code = 1006
	CursorInvalid    Code = 1007
	HelloFirst       Code = 1008
	TooManyInFlight  Code = 1009
	BodyTooLarge     Code = 1010

	SignInRequired   Code = 1100
	TokenInvalid     Code = 1101
	PhoneInvalid     Code = 1102
	CodeInvalid      Code = 1103
	CodeExpired      Code = 1104
	CodeLimit        Code = 1105
	PINRequired      Code = 1106
	PINInvalid       Code = 1107
	ConsentRequired  Code = 1108
	NameInvalid      Code = 1109
	HandleInvalid    Code = 1110
	HandleTaken      Code = 1111
	PhoneTaken       Code = 1112
	ProfileInvalid   Code = 1113
	UserUnknown      Code = 1114
	NotAFriend       Code = 1115
	FriendSelf       Code = 1116
	ContactsBudget   Code = 1117
	DeviceUnknown    Code = 1118
	SetupLinkInvalid Code = 1119
	RecoveryPending  Code = 1120
	AdminOnly        Code = 1121
	SMSUnavailable   Code = 1122
	TooManyFriends   Code = 1123

	RoomUnknown      Code = 1200
	NotAMember       Code = 1201
	RoleTooLow       Code = 1202
	RoomFull         Code = 1203
	RoomKindWrong    Code = 1204
	MessageInvalid   Code = 1205
	TextTooLong      Code = 1206
	TextEmpty        Code = 1207
	ClientIDInvalid  Code = 1208
	ClientIDReused   Code = 1209
	EntryUnknown     Code = 1210
	NotYourMessage   Code = 1211
	EditTooLate      Code = 1212
	NotAText         Code = 1213
	MessageDeleted   Code = 1214
	ReplyInvalid     Code = 1215
	MentionInvalid   Code = 1216
	ReactionInvalid  Code = 1217
	TitleInvalid     Code = 1218
	InviteInvalid    Code = 1219
	OwnerMustStay    Code = 1220
	EpochChanged     Code = 1221
	InviteRefused    Code = 1222
	PinLimit         Code = 1223
	TooManyReactions Code = 1224
	SeqInvalid       Code = 1225
	DraftLimit       Code = 1226

	MediaUnknown Code = 1300
	MediaKind    Code = 1301

	UploadInvalid   Code = 1302
	UploadTooLarge  Code = 1303
	MediaUnreadable Code = 1304
	MediaType       Code = 1305
	TooManyPixels   Code = 1306
	TooManyFrames   Code = 1307
	UploadLimit     Code = 1308
	UploadBusy      Code = 1309
	UploadOffset    Code = 1310
	LinkExpired     Code = 1311
	MediaNamed      Code = 1312

	PushUnsupported Code = 1400
	PushInvalid     Code = 1401
	PushMissing     Code = 1402
	PushRefused     Code = 1403
	QuietInvalid    Code = 1404

	PreviewNone Code = 1450
	PreviewBusy Code = 1451

	SearchInvalid Code = 1500
	SearchBusy    Code = 1501

	InternalError Code = 1900
	ShuttingDown  Code = 1901
	LogStopped    Code = 1902
	StorageFull   Code = 1903
	Overloaded    Code = 1904
	StoreAway     Code = 1905
)

// Rows is the whole table in order of number.
var Rows = []Row{
	{BadRequest, "bad_request", Invalid, false, "The request breaks a rule of this call; see the documentation of its fields."},
	{BadJSON, "bad_json", Invalid, false, "The body is not the JSON that this call takes."},
	{UnknownMethod, "unknown_method", NotFound, false, "There is no method of this name."},
	{FrameTooLarge, "frame_too_large", TooLarge, false, "The frame is larger than the server accepts; send less at once."},
	{RateLimited, "rate_limited", TooMany, true, "Too many requests; wait and try again."},
	{NotFoundAnywhere, "not_found", NotFound, false, "There is nothing at this address."},
	{OriginRefused, "origin_refused", Forbidden, false, "This page may not use the server; open the server's own address."},
	{CursorInvalid, "cursor_invalid", Invalid, false, "The cursor is not one that this list gave; start again without it."},
	{HelloFirst, "hello_first", Unauthorized, false, "The first call on a socket is hello."},
	{TooManyInFlight, "too_many_in_flight", TooMany, true, "Too many unanswered calls on this socket; wait for answers first."},
	{BodyTooLarge, "body_too_large", TooLarge, false, "The body is larger than this call accepts; send less at once."},

	{SignInRequired, "sign_in_required", Unauthorized, false, "Sign in first."},
	{TokenInvalid, "token_invalid", Unauthorized, false, "This device is signed out; sign in again."},
	{PhoneInvalid, "phone_invalid", Invalid, false, "This is not a phone number; write it with the country code, as in +821012345678."},
	{CodeInvalid, "code_invalid", Invalid, false, "The code is wrong; check the latest message and try again."},
	{CodeExpired, "code_expired", Gone, false, "The code is no longer valid; ask for a new one."},
	{CodeLimit, "code_limit", TooMany, true, "Too many codes or tries; wait before asking again."},
	{PINRequired, "pin_required", Unauthorized, false, "This number is protected by a PIN; enter it to sign in on a new device."},
	{PINInvalid, "pin_invalid", Unauthorized, false, "The PIN is wrong."},
	{ConsentRequired, "consent_required", Invalid, false, "Accept the current terms and privacy policy to sign up."},
	{NameInvalid, "name_invalid", Invalid, false, "A name has 1 to 40 characters and no line breaks."},
	{HandleInvalid, "handle_invalid", Invalid, false, "A handle has 4 to 20 of a-z, 0-9, _ and . and begins with a letter."},
	{HandleTaken, "handle_taken", Conflict, false, "This handle belongs to somebody else; choose another."},
	{PhoneTaken, "phone_taken", Conflict, false, "This number belongs to another account."},
	{ProfileInvalid, "profile_invalid", Invalid, false, "A field of the profile breaks its rule."},
	{UserUnknown, "user_unknown", NotFound, false, "There is no such person."},
	{NotAFriend, "not_a_friend", NotFound, false, "This person is not in your friend list."},
	{FriendSelf, "friend_self", Invalid, false, "You cannot add, block or hide yourself."},
	{ContactsBudget, "contacts_budget", TooMany, true, "Too many new numbers were looked up; the rest can be looked up another day."},
	{DeviceUnknown, "device_unknown", NotFound, false, "You have no such device."},
	{SetupLinkInvalid, "setup_link_invalid", Gone, false, "This set-up link was used or is not the newest; see the server's terminal."},
	{RecoveryPending, "recovery_pending", Conflict, true, "Without the PIN this number can start a fresh account once its old devices have been silent for 7 days."},
	{AdminOnly, "admin_only", Forbidden, false, "Only administrators may do this."},
	{SMSUnavailable, "sms_unavailable", Unavailable, true, "The message with the code could not be sent; try again in a minute."},
	{TooManyFriends, "too_many_friends", TooMany, false, "The friend list is full; remove somebody first."},

	{RoomUnknown, "room_unknown", NotFound, false, "There is no such room, or you are not in it."},
	{NotAMember, "not_a_member", Forbidden, false, "You are not in this room any more."},
	{RoleTooLow, "role_too_low", Forbidden, false, "Your role in this room does not allow this."},
	{RoomFull, "room_full", Conflict, false, "A group holds at most 3,000 members."},
	{RoomKindWrong, "room_kind_wrong", Invalid, false, "A room of this kind cannot do this."},
	{MessageInvalid, "message_invalid", Invalid, false, "The message breaks the rules of its type."},
	{TextTooLong, "text_too_long", TooLarge, false, "A text has at most 10,000 characters."},
	{TextEmpty, "text_empty", Invalid, false, "A text message needs a text."},
	{ClientIDInvalid, "client_id_invalid", Invalid, false, "client_id must be a UUID that the sender makes anew for each message."},
	{ClientIDReused, "client_id_reused", Conflict, false, "This client_id was already used for another message in this room."},
	{EntryUnknown, "entry_unknown", NotFound, false, "There is no such message in this room."},
	{NotYourMessage, "not_your_message", Forbidden, false, "Only the sender may do this."},
	{EditTooLate, "edit_too_late", Conflict, false, "A message can be edited for 15 minutes."},
	{NotAText, "not_a_text", Invalid, false, "Only text messages can be edited."},
	{MessageDeleted, "message_deleted", Conflict, false, "The message was deleted."},
	{ReplyInvalid, "reply_invalid", Invalid, false, "The message replied to is not one that you can see in this room."},
	{MentionInvalid, "mention_invalid", Invalid, false, "A mention names a present member and a place inside the text."},
	{ReactionInvalid, "reaction_invalid", Invalid, false, "A reaction is one emoji."},
	{TitleInvalid, "title_invalid", Invalid, false, "A title has 1 to 100 characters and no line breaks."},
	{InviteInvalid, "invite_invalid", Gone, false, "This invitation is no longer valid; ask for a new one."},
	{OwnerMustStay, "owner_must_stay", Forbidden, false, "The owner can be neither removed nor demoted; the ownership has to be handed over first."},
	{EpochChanged, "epoch_changed", Conflict, false, "The server's store began anew; forget the numbers kept and start again."},
	{InviteRefused, "invite_refused", Forbidden, false, "This person cannot be invited."},
	{PinLimit, "pin_limit", Conflict, false, "At most 20 rooms can be pinned."},
	{TooManyReactions, "too_many_reactions", Conflict, false, "A message holds at most 20 different reactions."},
	{SeqInvalid, "seq_invalid", Invalid, false, "A number of an entry is a whole number from 1 on."},
	{DraftLimit, "draft_limit", Conflict, false, "At most 100 rooms can hold a draft; send or remove one first."},

	{MediaUnknown, "media_unknown", NotFound, false, "There is no such file, or you may not use it."},
	{MediaKind, "media_kind", Invalid, false, "The file is not of the kind that this message needs."},
	{UploadInvalid, "upload_invalid", Invalid, false, "The upload says of itself what this server does not take; see the documentation of Upload-Metadata."},
	{UploadTooLarge, "upload_too_large", TooLarge, false, "The file is larger than this server takes."},
	{MediaUnreadable, "media_unreadable", Invalid, false, "The file is damaged or cut off; send it anew, or as a plain file."},
	{MediaType, "media_type_refused", Invalid, false, "The file is not of this kind; send it as a plain file."},
	{TooManyPixels, "too_many_pixels", Invalid, false, "The picture has more than 50 megapixels; make it smaller, or send it as a plain file."},
	{TooManyFrames, "too_many_frames", Invalid, false, "The moving picture has too many frames; send it as a plain file."},
	{UploadLimit, "upload_limit", TooMany, true, "Too many uploads are unfinished, or too much was uploaded today; finish or delete some, or go on tomorrow."},
	{UploadBusy, "upload_busy", Unavailable, true, "Too many uploads are under way on this server; go on in a few seconds."},
	{UploadOffset, "upload_offset", Conflict, false, "The upload stands at another place; ask with HEAD and go on from there."},
	{LinkExpired, "link_expired", Gone, false, "The link to the file has expired; ask for a new one."},
	{MediaNamed, "media_named", Conflict, false, "A message or a profile shows this file; delete that first."},

	{PushUnsupported, "push_unsupported", Invalid, false, "This server cannot wake devices of this kind; GET /v1/push lists the kinds it can."},
	{PushInvalid, "push_invalid", Invalid, false, "The subscription is not what the device's system gives out; subscribe on the device anew."},
	{PushMissing, "push_missing", NotFound, false, "This device has no subscription; subscribe first."},
	{PushRefused, "push_refused", Unavailable, true, "The push service did not take the notification; try again later, or subscribe on the device anew."},
	{QuietInvalid, "quiet_invalid", Invalid, false, "Quiet hours name days from 1 (Monday) to 7 and times as 22:00; at most 20 of them."},

	{PreviewNone, "preview_none", NotFound, false, "The message has no link preview; show the address alone."},
	{PreviewBusy, "preview_busy", TooMany, true, "Too many pages are being looked at; ask again in a moment."},

	{SearchInvalid, "search_invalid", Invalid, false, "What is looked for breaks a rule; see the documentation of the fields."},
	{SearchBusy, "search_busy", TooMany, true, "Too many searches are under way; wait a moment and go on."},

	{InternalError, "internal", Internal, true, "Something went wrong on the server; try again."},
	{ShuttingDown, "shutting_down", Unavailable, true, "The server is stopping; connect again in a moment."},
	{LogStopped, "log_stopped", Unavailable, true, "The server cannot write to its disk and has stopped taking messages; nothing acknowledged is lost."},
	{StorageFull, "storage_full", Unavailable, true, "The server's disk is full; the message was not taken. Try again later."},
	{Overloaded, "overloaded", Unavailable, true, "The server has more work than it can queue; try again in a moment."},
	{StoreAway, "store_away", Unavailable, true, "The server cannot reach its database; nothing acknowledged is lost. Try again in a moment."},
}

var byCode = func() map[Code]Row {
	m := make(map[Code]Row, len(Rows))
	for _, r := range Rows {
		m[r.Code] = r
	}
	return m
}()

// String is the stable name of the code, such as "room_unknown".
func (c Code) String() string { return byCode[c].Name }

// Kind is the code's kind.
func (c Code) Kind() Kind { return byCode[c].Kind }

// Text is the code's own sentence.
func (c Code) Text() string { return byCode[c].Text }

// Retry reports whether the very same request may succeed later.
func (c Code) Retry() bool { return byCode[c].Retry }
