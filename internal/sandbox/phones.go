package sandbox

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"madang/internal/httpapi"
	"madang/internal/sms"
	"madang/internal/wire"
)

// shownPhones is how many phones a list without a number shows.
const shownPhones = 50

// message is a text as a phone got it.
type message struct {
	Phone string    `json:"phone"`
	Text  string    `json:"text"`
	At    wire.Time `json:"at"`
}

// messages gives what one phone got, oldest first; without a number the last
// message of each of the last phones, newest first.
func (s *sandbox) messages(w http.ResponseWriter, r *http.Request) {
	// A plus sign in a query is a space to whoever did not escape it.
	phone := strings.TrimSpace(r.URL.Query().Get("phone"))
	if phone != "" && phone[0] != '+' {
		phone = "+" + phone
	}
	var received []sms.Received
	if phone != "" {
		received = s.Phones.Recent(phone)
	} else {
		received = s.Phones.Newest(shownPhones)
	}
	all := make([]message, len(received))
	for i, m := range received {
		all[i] = message{m.To, m.Text, wire.TimeOf(m.At)}
	}
	answer(w, r, http.StatusOK, map[string]any{"messages": all}, nil)
}

//go:embed phones.tmpl.html
var pageText string

//go:embed phones.js
var pageScript []byte

//go:embed phones.css
var pageStyle []byte

var pageTemplate = template.Must(template.New("phones").Parse(pageText))

// The words of the page. The script gets them as data of the page.
type words struct {
	Lang, Title, About, Search, Empty, None, Lost string
}

var languages = map[string]words{
	"en": {
		"en", "Phones", "What this server would have sent by SMS. Nothing leaves it.",
		"Phone number", "No message has been sent yet. Ask for a sign-in code, and it appears here.",
		"This phone got no message.", "The server does not answer. Trying again …",
	},
	"ko": {
		"ko", "전화기", "이 서버가 문자로 보냈을 내용입니다. 실제로 나가는 문자는 없습니다.",
		"전화번호", "아직 보낸 문자가 없습니다. 인증 번호를 요청하면 여기에 나타납니다.",
		"이 번호로 온 문자가 없습니다.", "서버가 응답하지 않습니다. 다시 시도하는 중…",
	},
}

func (s *sandbox) page(w http.ResponseWriter, r *http.Request) {
	view := struct {
		words
		Secret string
	}{languages["en"], s.Secret}
	if prefersKorean(r) {
		view.words = languages["ko"]
	}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, view); err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// A client that is gone is nobody to tell.
	_, _ = w.Write(out.Bytes())
}

// prefersKorean reports whether Korean stands before English in what the
// browser accepts. Browsers list languages in order of preference.
func prefersKorean(r *http.Request) bool {
	accepted := strings.ToLower(r.URL.Query().Get("lang") + "," + r.Header.Get("Accept-Language"))
	ko, en := strings.Index(accepted, "ko"), strings.Index(accepted, "en")
	return ko >= 0 && (en < 0 || ko < en)
}

func (s *sandbox) asset(body []byte, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	}
}
