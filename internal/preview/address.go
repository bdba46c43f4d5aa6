package preview

import (
	"net/url"
	"regexp"
	"strings"
)

// maxAddress is the longest address that is looked at, in bytes.
const maxAddress = 2048

var addressForm = regexp.MustCompile(`(?i)\bhttps?://[^\s\p{Z}\p{C}<>"'` + "`" + `{}|\\^。、，！？：；「」『』（）【】《》〈〉“”‘’…]+`)

// First is the first web address in a text, empty when there is none: http or https
// with a host, no name and password, without what punctuation follows it and without
// its fragment.
func First(text string) string {
	for _, found := range addressForm.FindAllString(text, 10) {
		found = trim(withoutParticle(found))
		u, err := url.Parse(found)
		if err != nil || len(found) > maxAddress || u.User != nil || !strings.Contains(u.Hostname(), ".") && !strings.Contains(u.Host, ":") {
			continue
		}
		u.Fragment = ""
		return u.String()
	}
	return ""
}

var lastLabel = regexp.MustCompile(`(?i)^(https?://[^/?#]*\.[a-z]+(?::\d+)?)\p{Hangul}+$`)

// withoutParticle takes off what Korean hangs onto a name: the 에서 of
// https://example.org에서.
func withoutParticle(s string) string {
	if m := lastLabel.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return s
}

// trim takes off what belongs to the sentence around an address: marks at its end,
// and a bracket that was opened before it.
func trim(s string) string {
	for s != "" {
		cut := strings.TrimRight(s, ".,;:!?…~*_")
		for _, pair := range []string{"()", "[]"} {
			if strings.HasSuffix(cut, pair[1:]) && strings.Count(cut, pair[1:]) > strings.Count(cut, pair[:1]) {
				cut = cut[:len(cut)-1]
			}
		}
		if cut == s {
			return s
		}
		s = cut
	}
	return s
}
