package notify_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-quicktest/qt"

	"madang/internal/notify"
	"madang/internal/push"
	"madang/internal/wire"
	"madang/internal/words"
)

func TestWords(t *testing.T) {
	photos := wire.Content{Type: wire.TypePhoto, Photos: make([]wire.Photo, 3)}
	file := wire.Content{Type: wire.TypeFile, File: &wire.File{Name: "plan.pdf"}}
	for _, c := range []struct{ tag, photos, file string }{
		{"en", "3 photos", "File: plan.pdf"},
		{"ko", "사진 3장", "파일: plan.pdf"},
		{"ko-KR", "사진 3장", "파일: plan.pdf"},
		{"ja", "写真3枚", "ファイル: plan.pdf"},
		{"zh-CN", "3 张图片", "文件: plan.pdf"},
		{"zh-TW", "3 張照片", "檔案: plan.pdf"},
		{"es-MX", "3 fotos", "Archivo: plan.pdf"},
		{"de", "3 Fotos", "Datei: plan.pdf"},
		{"fr-CA", "3 photos", "Fichier: plan.pdf"},
		{"th", "รูปภาพ 3 รูป", "ไฟล์: plan.pdf"},
		{"tr", "3 fotoğraf", "Dosya: plan.pdf"},
		{"eo", "3 photos", "File: plan.pdf"},
		{"", "3 photos", "File: plan.pdf"},
	} {
		w := words.In(c.tag)
		qt.Check(t, qt.Equals(notify.Say(w, &photos), c.photos), qt.Commentf("%s", c.tag))
		qt.Check(t, qt.Equals(notify.Say(w, &file), c.file), qt.Commentf("%s", c.tag))
	}
}

func TestQuietHours(t *testing.T) {
	nights := []notify.QuietHours{{Days: []int{5, 6}, From: "22:00", To: "07:00"}, {Days: []int{1}, From: "09:00", To: "12:30"}}
	qt.Assert(t, qt.IsNil(notify.CheckQuiet(nights)))
	for text, want := range map[string]bool{
		"2026-11-27 21:59": false, // a Friday
		"2026-11-27 22:00": true,
		"2026-11-28 06:59": true,
		"2026-11-28 07:00": false,
		"2026-11-28 23:00": true,
		"2026-11-29 06:59": true,
		"2026-11-29 23:00": false, // Sunday night is not among them
		"2026-11-30 08:59": false,
		"2026-11-30 09:00": true,
		"2026-11-30 12:29": true,
		"2026-11-30 12:30": false,
		"2026-11-27 03:00": false,
	} {
		at, err := time.Parse("2006-01-02 15:04", text)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(notify.IsQuiet(nights, at), want), qt.Commentf("%s", text))
	}
	for _, bad := range []notify.QuietHours{
		{Days: []int{0}, From: "22:00", To: "07:00"},
		{Days: []int{1}, From: "24:00", To: "07:00"},
		{Days: []int{1}, From: "22:00", To: "7:00"},
		{From: "22:00", To: "07:00"},
	} {
		qt.Check(t, qt.IsNotNil(notify.CheckQuiet([]notify.QuietHours{bad})))
	}
}

// Whatever is said, the notification fits and is no broken text.
func FuzzShort(f *testing.F) {
	f.Add("hello\nworld")
	f.Add(strings.Repeat("👨‍👩‍👧‍👦", 300))
	f.Add(strings.Repeat("\x00", 5000))
	f.Add(strings.Repeat("회의", 1000))
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		title, body := notify.Short(s, 60, 240), notify.Short(s, 160, 640)
		qt.Assert(t, qt.IsTrue(utf8.ValidString(body)))
		qt.Assert(t, qt.IsFalse(strings.Contains(body, "\n")))
		data, err := json.Marshal(notify.Payload{Title: title, Body: body})
		qt.Assert(t, qt.IsNil(err))
		// A byte takes six when it is escaped, and what is around it takes some 400.
		qt.Assert(t, qt.IsTrue(len(data) <= push.MaxData+3000))
	})
}
