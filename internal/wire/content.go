package wire

// Type is what a message holds.
type Type string

// The types of a message. Each but text has an object of its own in Content.
const (
	TypeText     Type = "text"
	TypePhoto    Type = "photo"
	TypeVideo    Type = "video"
	TypeVoice    Type = "voice"
	TypeFile     Type = "file"
	TypeContact  Type = "contact"
	TypePlace    Type = "place"
	TypeEmoticon Type = "emoticon"
	TypeCard     Type = "card"
)

// Content is what a sender gives and what a message shows: exactly one type,
// the object of that type, and what may stand beside any type. Text is the
// body of a text message and the caption of a photo, video or file.
type Content struct {
	Type      Type      `json:"type"`
	Text      string    `json:"text,omitempty"`
	Photos    []Photo   `json:"photos,omitempty"`
	Video     *Video    `json:"video,omitempty"`
	Voice     *Voice    `json:"voice,omitempty"`
	File      *File     `json:"file,omitempty"`
	Contact   *Contact  `json:"contact,omitempty"`
	Place     *Place    `json:"place,omitempty"`
	Emoticon  *Emoticon `json:"emoticon,omitempty"`
	Card      *Card     `json:"card,omitempty"`
	ReplyTo   uint64    `json:"reply_to,omitempty"`  // seq of a message in the same room
	Mentions  []Mention `json:"mentions,omitempty"`  // in order of offset, not overlapping
	Forwarded bool      `json:"forwarded,omitempty"` // set by the server
}

// Photo is one picture of a photo message (1 to MaxPhotos).
type Photo struct {
	MediaID ID     `json:"media_id"`
	Width   int    `json:"width,omitempty"`  // pixels
	Height  int    `json:"height,omitempty"` // pixels
	Blur    string `json:"blur,omitempty"`   // placeholder, at most 100 characters
}

// Video is the film of a video message.
type Video struct {
	MediaID    ID    `json:"media_id"`
	PosterID   ID    `json:"poster_id,omitzero"`
	Width      int   `json:"width,omitempty"`
	Height     int   `json:"height,omitempty"`
	DurationMs int64 `json:"duration_ms,omitempty"`
}

// Voice is the recording of a voice message.
type Voice struct {
	MediaID    ID    `json:"media_id"`
	DurationMs int64 `json:"duration_ms,omitempty"`
	Waveform   []int `json:"waveform,omitempty"` // at most 64 values, 0 to 255
}

// File is any other file. Name is shown and offered when saving.
type File struct {
	MediaID ID     `json:"media_id"`
	Name    string `json:"name"`           // 1 to 255 characters, no path
	Size    int64  `json:"size,omitempty"` // bytes
	Mime    string `json:"mime,omitempty"`
}

// Contact is somebody's card: a user, or a name with a phone number.
type Contact struct {
	Name   string `json:"name"`
	UserID ID     `json:"user_id,omitzero"`
	Phone  string `json:"phone,omitempty"` // E.164
}

// Place is a point on the map (WGS 84 degrees).
type Place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Emoticon is one picture of an emoticon pack.
type Emoticon struct {
	Pack string `json:"pack"` // a-z 0-9 - _, 1 to 40
	ID   string `json:"id"`   // a-z 0-9 - _, 1 to 40
}

// Card is structured content with buttons. Later parts of the platform add
// targets and carousels.
type Card struct {
	Title       string   `json:"title"`                 // 1 to 200 characters
	Description string   `json:"description,omitempty"` // at most 1,000 characters
	ImageID     ID       `json:"image_id,omitzero"`
	URL         string   `json:"url,omitempty"`     // https or http
	Buttons     []Button `json:"buttons,omitempty"` // at most 5
}

// Button is one button of a card.
type Button struct {
	Title string `json:"title"` // 1 to 40 characters
	URL   string `json:"url"`   // https or http
}

// Mention marks Length bytes-independent characters of the text from Offset as
// the name of a member. Both count UTF-16 units, as browsers and phones do.
type Mention struct {
	UserID ID  `json:"user_id"`
	Offset int `json:"offset"`
	Length int `json:"length"`
}
