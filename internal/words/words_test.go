package words_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/words"
)

// The languages of the platform; the server may have more.
var languages = []string{"ko", "en", "ja", "zh-Hans", "zh-Hant", "es", "de", "fr", "th", "tr"}

var ids = []words.ID{
	words.Code, words.NewMessage, words.Works, words.Photo, words.Photos, words.Video, words.Voice, words.File, words.Contact,
	words.Place, words.Emoticon, words.Card,
}

var place = regexp.MustCompile(`\{\{[^}]*\}\}`)

// read gives the texts of a file, each with all its forms.
func read(t *testing.T, name string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	qt.Assert(t, qt.IsNil(err))
	var raw map[string]any
	qt.Assert(t, qt.IsNil(json.Unmarshal(data, &raw)), qt.Commentf("%s", name))
	texts := map[string][]string{}
	for id, v := range raw {
		switch v := v.(type) {
		case string:
			texts[id] = []string{v}
		case map[string]any:
			for _, form := range v {
				texts[id] = append(texts[id], form.(string))
			}
		}
	}
	return texts
}

// No file lacks a text, has one that nobody says, or fills in something else.
func TestFilesAreComplete(t *testing.T) {
	names, err := fs.Glob(os.DirFS("."), "text/*.json")
	qt.Assert(t, qt.IsNil(err))
	for _, l := range languages {
		qt.Check(t, qt.IsTrue(slices.Contains(names, "text/"+l+".json")), qt.Commentf("%s", l))
	}
	english := read(t, "text/en.json")
	for _, name := range names {
		texts := read(t, name)
		qt.Check(t, qt.HasLen(texts, len(ids)), qt.Commentf("%s", name))
		for _, id := range ids {
			forms := texts[string(id)]
			qt.Assert(t, qt.IsTrue(len(forms) > 0), qt.Commentf("%s has no %s", name, id))
			for _, text := range forms {
				qt.Check(t, qt.IsTrue(strings.TrimSpace(text) == text && text != ""), qt.Commentf("%s: %s", name, id))
				qt.Check(t, qt.DeepEquals(place.FindAllString(text, -1), place.FindAllString(english[string(id)][0], -1)),
					qt.Commentf("%s: %s", name, id))
			}
		}
	}
}

// Every text can be said, for every number, in the language that was asked for.
func TestEveryTextIsSaid(t *testing.T) {
	for _, l := range languages {
		w := words.In(l)
		qt.Assert(t, qt.Equals(w.Language(), l))
		forms := read(t, "text/"+l+".json")
		for _, id := range ids {
			switch id {
			case words.Code:
				said := w.With(id, map[string]string{"Code": "012345"})
				qt.Check(t, qt.Equals(said, strings.Replace(forms[string(id)][0], "{{.Code}}", "012345", 1)))
			case words.Photos:
				for _, n := range []int{0, 1, 2, 5, 11, 30, 1_000_000} {
					said := w.Count(id, n)
					qt.Check(t, qt.Matches(said, `[^{}]*\b?`+strings.TrimSpace(number(n))+`[^{}]*`), qt.Commentf("%s", l))
				}
			default:
				qt.Check(t, qt.Equals(w.Text(id), forms[string(id)][0]))
			}
		}
	}
}

func number(n int) string {
	b, _ := json.Marshal(n) //nolint:errchkjson // an int
	return string(b)
}

func TestNearestLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"ko-KR": "ko", "en-GB": "en", "zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant",
		"es-MX": "es", "pt-BR": "pt", "fr-CA": "fr", "de-AT": "de", "th-TH": "th", "tr-CY": "tr", "ja-JP": "ja",
		"eo": "en", "": "en", "nonsense!": "en",
	} {
		qt.Check(t, qt.Equals(words.In(tag).Language(), want), qt.Commentf("%s", tag))
	}
}
