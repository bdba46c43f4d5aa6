package bring

import (
	"crypto/sha256"
	"slices"
	"strconv"

	"madang/internal/chat"
	"madang/internal/kakaotalk"
	"madang/internal/wire"
)

// imported is what an item becomes: mostly one entry, several for a text that
// is longer than a message here may be.
func imported(it kakaotalk.Item, me string) []chat.Imported {
	own := it.Speaker != "" && (it.Speaker == me || slices.Contains(ownNames, it.Speaker))
	if own {
		it.Speaker = me // so that all clients' exports give the same keys
	}
	im := chat.Imported{Key: it.Key(), At: it.Time, Speaker: it.Speaker, Own: own, Subjects: it.Subjects}
	if it.Speaker == "" && it.Kind != kakaotalk.KindRemoved {
		// Something that nobody named did: there is no sender for it here.
		im.Event, im.Text = wire.EventText, it.Text
		return []chat.Imported{im}
	}
	switch it.Kind {
	case kakaotalk.KindDeleted:
		im.Deleted = true
	case kakaotalk.KindJoined:
		im.Event = wire.EventJoined
	case kakaotalk.KindLeft:
		im.Event = wire.EventLeft
	case kakaotalk.KindInvited:
		im.Event = wire.EventInvited
	case kakaotalk.KindRemoved:
		im.Event = wire.EventRemoved
	case kakaotalk.KindNotice:
		im.Event, im.Text = wire.EventText, it.Text
	default:
		return messages(im, it)
	}
	return []chat.Imported{im}
}

// messages makes the messages of a sent item.
func messages(im chat.Imported, it kakaotalk.Item) []chat.Imported {
	c := content(it)
	if c.Type != wire.TypeText {
		im.Content = &c
		return []chat.Imported{im}
	}
	var out []chat.Imported
	for i, text := range pieces(it.Text) {
		part := im
		if i > 0 {
			part.Key = partKey(im.Key, i)
		}
		part.Content = &wire.Content{Type: wire.TypeText, Text: text}
		out = append(out, part)
	}
	if out == nil { // a message of nothing but white space
		im.Event, im.Text, im.Own, im.Speaker = wire.EventText, it.Text, false, ""
		out = append(out, im)
	}
	return out
}

// content is what the item holds here. Of pictures, films and files an export
// only tells that they were there.
func content(it kakaotalk.Item) wire.Content {
	switch it.Kind {
	case kakaotalk.KindPhoto:
		return wire.Content{Type: wire.TypePhoto, Photos: make([]wire.Photo, min(max(it.Count, 1), wire.MaxPhotos))}
	case kakaotalk.KindVideo:
		return wire.Content{Type: wire.TypeVideo, Video: &wire.Video{}}
	case kakaotalk.KindVoice:
		return wire.Content{Type: wire.TypeVoice, Voice: &wire.Voice{}}
	case kakaotalk.KindFile:
		if it.File != "" {
			return wire.Content{Type: wire.TypeFile, File: &wire.File{Name: it.File}}
		}
	case kakaotalk.KindEmoticon:
		return wire.Content{Type: wire.TypeEmoticon, Emoticon: &wire.Emoticon{Pack: "kakaotalk", ID: "emoticon"}}
	}
	// Contacts and places too: their words are all that is left of them.
	return wire.Content{Type: wire.TypeText, Text: it.Text}
}

// pieces cuts a text to what messages hold, in characters and in bytes.
func pieces(text string) (out []string) {
	for _, p := range kakaotalk.Split(text, wire.MaxTextGraphemes) {
		for most := wire.MaxTextGraphemes; len(p) > wire.MaxTextBytes && most > 1; {
			most /= 2
			parts := kakaotalk.Split(p, most)
			if len(parts[0]) <= wire.MaxTextBytes {
				out = append(out, parts[0])
				p, most = p[len(parts[0]):], wire.MaxTextGraphemes
			}
		}
		out = append(out, p)
	}
	return slices.DeleteFunc(out, func(s string) bool {
		return (&wire.Content{Type: wire.TypeText, Text: s}).Check() != nil
	})
}

// partKey is the key of a further piece of a text.
func partKey(key [16]byte, i int) (out [16]byte) {
	sum := sha256.Sum256(strconv.AppendInt(key[:], int64(i), 10))
	copy(out[:], sum[:])
	return out
}
