package kakaotalk

import (
	"path"
	"strconv"
	"strings"
)

// The words that stand for what an export leaves out.
var words = map[string]Kind{
	"사진": KindPhoto, "Photo": KindPhoto, "Photos": KindPhoto, "photo": KindPhoto, "photos": KindPhoto,
	"동영상": KindVideo, "Video": KindVideo, "Videos": KindVideo, "video": KindVideo, "videos": KindVideo,
	"음성메시지": KindVoice, "음성 메시지": KindVoice,
	"Voice Note": KindVoice, "Voice note": KindVoice, "Voice Message": KindVoice, "Voice message": KindVoice,
	"이모티콘": KindEmoticon, "Emoticon": KindEmoticon, "Emoticons": KindEmoticon,
	"카카오톡 프로필": KindContact, "KakaoTalk Profile": KindContact, "연락처": KindContact, "Contact": KindContact,
}

// The words in front of a name.
var prefixes = []struct {
	word string
	kind Kind
}{
	{"파일", KindFile},
	{"File", KindFile},
	{"연락처", KindContact},
	{"Contact", KindContact},
	{"지도", KindPlace},
	{"위치", KindPlace},
	{"Map", KindPlace},
	{"Location", KindPlace},
}

// The endings of files that are what they say. Exports with media name the
// file in place of the word.
var endings = map[string]Kind{
	".jpg": KindPhoto, ".jpeg": KindPhoto, ".png": KindPhoto, ".gif": KindPhoto, ".webp": KindPhoto,
	".heic": KindPhoto, ".bmp": KindPhoto,
	".mp4": KindVideo, ".mov": KindVideo, ".avi": KindVideo, ".mkv": KindVideo, ".wmv": KindVideo,
	".3gp": KindVideo, ".webm": KindVideo, ".m4v": KindVideo,
	".m4a": KindVoice, ".aac": KindVoice, ".amr": KindVoice, ".opus": KindVoice,
}

// content is what a message with a speaker is.
type content struct {
	kind  Kind
	count int
	file  string
}

// classify reads the whole text of a message. Any text that is not exactly one
// of the placeholders is a text.
func classify(text string) content {
	t := trim(text)
	if t == "" || len(t) > maxNameBytes || strings.ContainsRune(t, '\n') {
		return content{kind: KindText}
	}
	if k, ok := words[t]; ok {
		return content{kind: k, count: single(k)}
	}
	if isDeleted(t) {
		return content{kind: KindDeleted}
	}
	if c, ok := several(t); ok {
		return c
	}
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(t, p.word)
		if !ok {
			continue
		}
		rest, ok = strings.CutPrefix(strings.TrimPrefix(rest, " "), ": ")
		if rest = trim(rest); !ok || rest == "" {
			continue
		}
		if p.kind == KindFile {
			return content{kind: KindFile, file: rest}
		}
		return content{kind: p.kind}
	}
	return fileName(t)
}

func single(k Kind) int {
	if k == KindPhoto || k == KindVideo {
		return 1
	}
	return 0
}

// several reads "사진 3장", "동영상 2개", "3 photos", "2 Videos".
func several(t string) (content, bool) {
	first, second, ok := strings.Cut(t, " ")
	if !ok {
		return content{}, false
	}
	kind, number := words[second], first
	if n, ok := strings.CutSuffix(second, "장"); ok && first == "사진" {
		kind, number = KindPhoto, n
	} else if n, ok := strings.CutSuffix(second, "개"); ok && first == "동영상" {
		kind, number = KindVideo, n
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 999 || kind != KindPhoto && kind != KindVideo {
		return content{}, false
	}
	return content{kind: kind, count: n}, true
}

// fileName reads the bare name of a file as an export with media writes it: a
// long random name of letters, digits, - and _. Other endings than those of
// pictures, films and recordings count only if the name is as long as a hash.
func fileName(t string) content {
	ext := path.Ext(t)
	stem := strings.TrimSuffix(t, ext)
	if ext == "" || stem == "" || strings.ContainsFunc(stem, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r == '-' || r == '_')
	}) {
		return content{kind: KindText}
	}
	if k, ok := endings[strings.ToLower(ext)]; ok {
		return content{kind: k, count: single(k), file: t}
	}
	if len(stem) >= 32 && len(ext) <= 6 && !strings.ContainsFunc(stem, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f')
	}) {
		return content{kind: KindFile, file: t}
	}
	return content{kind: KindText}
}
