// Package words answers: how does the server say something to a person in their
// language?
//
// What a client shows, the client says itself. The server's own texts are those
// that reach people where no client runs: messages with codes, and notifications.
// They stand in text/, a file for each language, in the form of go-i18n: texts by
// their ids, with plural forms where there are numbers. A test keeps the files
// complete.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// ID names a text.
type ID string

// The texts. What With and Count fill in stands behind them.
const (
	Code       ID = "sms.code" // Code
	NewMessage ID = "push.new" // in place of a message that is not to be shown
	Works      ID = "push.works"
	Photo      ID = "message.photo"
	Photos     ID = "message.photos" // how many
	Video      ID = "message.video"
	Voice      ID = "message.voice"
	File       ID = "message.file"
	Contact    ID = "message.contact"
	Place      ID = "message.place"
	Emoticon   ID = "message.emoticon"
	Card       ID = "message.card"
)

// Words are the texts in one language. They are safe for concurrent use.
type Words struct {
	tag       language.Tag
	localizer *i18n.Localizer
}

//go:embed text/*.json
var files embed.FS

// all has English first, which stands in for languages that are not there.
var all, matcher = func() ([]Words, language.Matcher) {
	bundle := i18n.NewBundle(language.English)
	names, err := fs.Glob(files, "text/*.json")
	if err != nil {
		panic(err) // our own pattern
	}
	tags := []language.Tag{language.English}
	for _, name := range names {
		tag := language.MustParse(strings.TrimSuffix(path.Base(name), ".json"))
		text, err := files.ReadFile(name)
		if err == nil {
			_, err = bundle.ParseMessageFileBytes(text, tag.String()+".json")
		}
		if err != nil {
			panic(fmt.Errorf("words: %s: %w", name, err)) // embedded, and tested
		}
		if tag != language.English {
			tags = append(tags, tag)
		}
	}
	list := make([]Words, len(tags))
	for i, tag := range tags {
		list[i] = Words{tag, i18n.NewLocalizer(bundle, tag.String())}
	}
	return list, language.NewMatcher(tags)
}()

// In gives the words of a language (BCP 47), or of the nearest one that there is:
// zh-TW has those of zh-Hant.
func In(tag string) *Words {
	_, i := language.MatchStrings(matcher, tag)
	return &all[i]
}

// Language is the language that the words are of.
func (w *Words) Language() string { return w.tag.String() }

// Text gives a text that is always the same.
func (w *Words) Text(id ID) string { return w.say(&i18n.LocalizeConfig{MessageID: string(id)}) }

// With gives a text with values filled in.
func (w *Words) With(id ID, values map[string]string) string {
	return w.say(&i18n.LocalizeConfig{MessageID: string(id), TemplateData: values})
}

// Count gives the form of a text for a number.
func (w *Words) Count(id ID, n int) string {
	return w.say(&i18n.LocalizeConfig{MessageID: string(id), PluralCount: n})
}

// say gives the English text, or nothing, where a file has a hole; the test sees
// to it that none has.
func (w *Words) say(c *i18n.LocalizeConfig) string {
	s, _ := w.localizer.Localize(c)
	return s
}
