package notify

import (
	"madang/internal/wire"
	"madang/internal/words"
)

// say puts a message into words.
func say(w *words.Words, c *wire.Content) string {
	label, detail := words.NewMessage, c.Text // a type that is not known here
	switch c.Type {
	case wire.TypeText:
		return c.Text
	case wire.TypePhoto:
		label = words.Photo
	case wire.TypeVideo:
		label = words.Video
	case wire.TypeVoice:
		label = words.Voice
	case wire.TypeFile:
		if label = words.File; detail == "" && c.File != nil {
			detail = c.File.Name
		}
	case wire.TypeContact:
		if label = words.Contact; c.Contact != nil {
			detail = c.Contact.Name
		}
	case wire.TypePlace:
		if label = words.Place; c.Place != nil {
			detail = c.Place.Name
		}
	case wire.TypeEmoticon:
		label = words.Emoticon
	case wire.TypeCard:
		if label = words.Card; c.Card != nil {
			return c.Card.Title
		}
	}
	text := w.Text(label)
	if n := len(c.Photos); c.Type == wire.TypePhoto && n > 1 {
		text = w.Count(words.Photos, n)
	}
	if detail == "" {
		return text
	}
	return text + ": " + detail
}
