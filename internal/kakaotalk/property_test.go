package kakaotalk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"
)

// said is an item of a made-up conversation, in no form.
type said struct {
	at       time.Time
	kind     Kind
	who      string
	whom     []string
	text     string // of texts
	n        int    // of photos
	file     string
	newBlock bool // a day line comes before it although the day is the same
}

// client writes a conversation in one form.
type client struct {
	name   string
	form   Form
	korean bool
	// title, day and entry give lines; day gives none when the form needs none.
	title func() string
	day   func(time.Time) string
	entry func(c client, s said) string
	// breaks are the line ends between entries and inside one.
	between, inside string
	noEvents        bool // its lines for joins and leaves have no time
}

func (c client) write(items []said) string {
	var b strings.Builder
	b.WriteString(c.title())
	last := ""
	for _, s := range items {
		if d := s.at.Format(time.DateOnly); d != last || s.newBlock {
			b.WriteString(c.day(s.at))
			last = d
		}
		b.WriteString(strings.ReplaceAll(c.entry(c, s), "\n", c.inside) + "\n")
	}
	out := strings.ReplaceAll(b.String(), c.inside, "\x00")
	out = strings.ReplaceAll(out, "\n", c.between)
	return strings.ReplaceAll(out, "\x00", strings.TrimPrefix(c.inside, "\x01"))
}

func (c client) words(s said) string {
	pick := func(korean, english string) string {
		if c.korean {
			return korean
		}
		return english
	}
	switch s.kind {
	case KindPhoto:
		if s.n == 1 {
			return pick("사진", "Photo")
		}
		return fmt.Sprintf(pick("사진 %d장", "%d photos"), s.n)
	case KindVideo:
		return pick("동영상", "Video")
	case KindVoice:
		return pick("음성메시지", "Voice Note")
	case KindEmoticon:
		return pick("이모티콘", "Emoticons")
	case KindFile:
		return pick("파일: ", "File: ") + s.file
	case KindDeleted:
		return pick("삭제된 메시지입니다.", "This message was deleted.")
	case KindJoined:
		return s.who + pick("님이 들어왔습니다.", " joined this chatroom.")
	case KindLeft:
		return s.who + pick("님이 나갔습니다.", " left this chatroom.")
	case KindInvited:
		if c.korean {
			return s.who + "님이 " + strings.Join(s.whom, "님, ") + "님을 초대했습니다."
		}
		return s.who + " invited " + strings.Join(s.whom, ", ") + "."
	}
	return s.text
}

func korean12(t time.Time) string {
	half := "오전"
	if t.Hour() >= 12 {
		half = "오후"
	}
	return half + t.Format(" 3:04")
}

var weekdays = []string{"일", "월", "화", "수", "목", "금", "토"}

func koreanDay(t time.Time) string {
	return t.Format("2006년 1월 2일 ") + weekdays[t.Weekday()] + "요일"
}

func bracket(clock func(time.Time) string) func(client, said) string {
	return func(c client, s said) string {
		if !s.kind.Sent() {
			return c.words(s)
		}
		return "[" + s.who + "] [" + clock(s.at) + "] " + c.words(s)
	}
}

func stamped(stamp func(time.Time) string, ownSign string) func(client, said) string {
	return func(c client, s said) string {
		if !s.kind.Sent() {
			return stamp(s.at) + ownSign + c.words(s)
		}
		return stamp(s.at) + ", " + s.who + " : " + c.words(s)
	}
}

func layout(l string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(l) }
}

func lines(l ...string) func() string {
	return func() string { return strings.Join(l, "\n") + "\n" }
}

var clients = []client{
	{
		name: "windows ko", form: FormWindows, korean: true, noEvents: true,
		title: lines("강가 님과 카카오톡 대화", "저장한 날짜 : 2031-01-01 00:00:00", ""),
		day:   func(t time.Time) string { return "--------------- " + koreanDay(t) + " ---------------\n" },
		entry: bracket(korean12),
	},
	{
		name: "windows en", form: FormWindows, noEvents: true,
		title: lines("River with KakaoTalk Chats", "Date Saved : 2031-01-01 00:00:00", ""),
		day:   layout("--------------- Monday, January 2, 2006 ---------------\n"),
		entry: bracket(layout("3:04 PM")),
	},
	{
		name: "windows 24", form: FormWindows, korean: true, noEvents: true,
		title: lines(),
		day:   func(t time.Time) string { return "--------------- " + koreanDay(t) + " ---------------\n" },
		entry: bracket(layout("15:04")),
	},
	{
		name: "android ko", form: FormAndroid, korean: true,
		title: lines("강가 카카오톡 대화", "저장한 날짜 : 2031년 1월 1일 오전 12:00", "", ""),
		day:   func(t time.Time) string { return "\n" + t.Format("2006년 1월 2일 ") + korean12(t) + "\n" },
		entry: stamped(func(t time.Time) string { return t.Format("2006년 1월 2일 ") + korean12(t) }, ", "),
	},
	{
		name: "android ko, CR LF", form: FormAndroid, korean: true, between: "\r\n",
		title: lines("강가 카카오톡 대화", "저장한 날짜 : 2031년 1월 1일 오전 12:00", "", ""),
		day:   func(t time.Time) string { return "\n" + t.Format("2006년 1월 2일 ") + korean12(t) + "\n" },
		entry: stamped(func(t time.Time) string { return t.Format("2006년 1월 2일 ") + korean12(t) }, ", "),
	},
	{
		name: "android en", form: FormAndroid,
		title: lines("KakaoTalk Chats with River", "Date Saved : January 1, 2031, 12:00 AM", "", ""),
		day:   layout("\nJanuary 2, 2006, 3:04 PM\n"),
		entry: stamped(layout("January 2, 2006, 3:04 PM"), ", "),
	},
	{
		name: "ios ko", form: FormIOS, korean: true,
		title: lines("Talk_2031.1.1 00:00-1.txt", "저장한 날짜 : 2031. 1. 1. 오전 12:00", ""),
		day:   func(t time.Time) string { return "\n" + koreanDay(t) + "\n" },
		entry: stamped(func(t time.Time) string { return t.Format("2006. 1. 2. ") + korean12(t) }, ": "),
	},
	{
		name: "ios ko 24", form: FormIOS, korean: true,
		title: lines("Talk_2031.1.1 00:00-1.txt", "저장한 날짜 : 2031. 1. 1. 00:00", ""),
		day:   func(t time.Time) string { return "\n" + koreanDay(t) + "\n" },
		entry: stamped(layout("2006. 1. 2. 15:04"), ": "),
	},
	{
		name: "ios en", form: FormIOS,
		title: lines("Talk_2031.1.1 00:00-1.txt", "Date Saved : Jan 1, 2031 at 12:00\u202fAM", ""),
		day:   layout("\nMonday, January 2, 2006\n"),
		entry: stamped(layout("Jan 2, 2006 at 3:04\u202fPM"), ": "),
	},
	{
		name: "ios clock", form: FormIOS, korean: true,
		title: lines("강가 님과 카카오톡 대화", "저장한 날짜 : 2031년 1월 1일 오전 12:00", "", ""),
		day:   func(t time.Time) string { return "\n" + koreanDay(t) + "\n" },
		entry: stamped(korean12, ", "),
	},
	{
		name: "mac", form: FormMac, korean: true,
		title: func() string { return "\ufeffDate,User,Message\n" },
		day:   func(time.Time) string { return "" },
		entry: func(c client, s said) string {
			q := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
			return s.at.Format("2006-01-02 15:04:05,") + q(s.who) + "," + q(c.words(s))
		},
	},
}

func init() {
	for i := range clients {
		if clients[i].between == "" {
			clients[i].between = "\n"
		}
		clients[i].inside = "\x01\n"
	}
}

var (
	nameGen = rapid.Custom(func(t *rapid.T) string {
		parts := []string{"하늘", "바다", "Sky", "2020", "🌊", "[", "]", ", ", ":", ". ", "-", "\"", "님", "오후 2:30", "(x)"}
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 4).Draw(t, "name"), "")
		s = strings.NewReplacer("] [", "", " :", "").Replace(s)
		if s = strings.TrimSpace(s); s == "" {
			return "들"
		}
		return s
	})
	plainNameGen = rapid.SampledFrom([]string{"하늘", "바다", "Sky", "River 2", "2020", "강 [팀장]", "바다:바위"})
	// Lines that look somewhat like those of an export but fit no form.
	lineGen = rapid.SampledFrom([]string{
		"글", "text", "two words", "", "", "[공지] 내일", "[x] 오후 2:30 y", "[x] [오후 2:30]y", "[x] [오후 13:99] y", "[x][2:30 PM] y",
		"오후 2:30에", "9:30", "2024년 12월 9일에 만나, 들 : 좋아", "October 12, is", "2025. 10. 14.", "--- 끝 ---", "---------------",
		"a : b", "\"quoted\"", "\"", "끝에 \"따옴표\"", ",", "2021-12-29 20:36:00,\"x\",\"y\"", "2021-12-29 20:36:00,x,y", ",\"\",\"x\"",
		"사진", "3장", "님이 들어왔습니다.", "저장한 날짜 : 2024-12-10 09:00:00", "하늘 님과 카카오톡 대화", "Date,User,Message", "\tx", "x ",
	})
	textGen = rapid.Custom(func(t *rapid.T) string {
		l := rapid.SliceOfN(lineGen, 1, 6).Draw(t, "lines")
		s := strings.TrimRight(strings.Join(l, "\n"), "\n")
		if s == "" || classify(s).kind != KindText {
			return "글"
		}
		return s
	})
	kindGen = rapid.SampledFrom([]Kind{
		KindText, KindText, KindText, KindText, KindPhoto, KindVideo, KindVoice, KindEmoticon, KindFile, KindDeleted,
		KindJoined, KindLeft, KindInvited,
	})
)

// conversation makes up a conversation whose times never go back.
func conversation(t *rapid.T, names *rapid.Generator[string], events bool) []said {
	at := time.Date(2023, 12, 30, 23, 50, 0, 0, seoul)
	steps := rapid.SampledFrom([]int{0, 0, 0, 1, 1, 7, 60, 720, 1440, 4000})
	n := rapid.IntRange(1, 25).Draw(t, "n")
	known := map[string]bool{}
	var items []said
	for range n {
		at = at.Add(time.Duration(steps.Draw(t, "minutes")) * time.Minute)
		s := said{at: at, kind: kindGen.Draw(t, "kind"), who: names.Draw(t, "who"), newBlock: rapid.IntRange(0, 9).Draw(t, "block") == 0}
		if !s.kind.Sent() {
			if !events {
				s.kind = KindText
			} else {
				s.who = plainNameGen.Draw(t, "who")
			}
		}
		switch s.kind {
		case KindText:
			s.text = textGen.Draw(t, "text")
		case KindPhoto:
			s.n = rapid.IntRange(1, 30).Draw(t, "photos")
		case KindFile:
			s.file = rapid.SampledFrom([]string{"x.pdf", "긴 이름 (1).hwp", "a: b.txt"}).Draw(t, "file")
		case KindInvited:
			s.whom = rapid.SliceOfN(plainNameGen, 1, 3).Draw(t, "whom")
		}
		if s.kind == KindInvited && !known[s.who] {
			s.kind, s.whom = KindJoined, nil // "Sky invited Sea." is also what people write
		}
		known[s.who] = true
		items = append(items, s)
	}
	return items
}

func read(t *rapid.T, text string) ([]Item, Report) {
	var items []Item
	rep, err := Parse(strings.NewReader(text), seoul, func(it Item) error {
		items = append(items, it)
		return nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return items, rep
}

// Whatever people say is read back from every form.
func TestEveryFormReadsBack(t *testing.T) {
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := conversation(t, nameGen, true)
				text := c.write(want)
				got, rep := read(t, text)
				if rep.Form != c.form || len(got) != len(want) || rep.Items != len(want) {
					t.Fatalf("%s: %d items of %d, form %q\n%s", c.name, len(got), len(want), rep.Form, text)
				}
				if rep.Lines.Total() != strings.Count(text, "\n") {
					t.Fatalf("%d lines of %d are accounted for", rep.Lines.Total(), strings.Count(text, "\n"))
				}
				for i, w := range want {
					g := got[i]
					timed := w.kind.Sent() || !c.noEvents
					if g.Kind != w.kind || g.Speaker != w.who || timed && !g.Time.Equal(w.at) ||
						g.Text != c.words(w) || g.Count != max(w.n, map[bool]int{true: 1}[w.kind == KindVideo]) ||
						g.File != w.file || strings.Join(g.Subjects, "|") != strings.Join(w.whom, "|") {
						t.Fatalf("%s: item %d is %+v\nwant %+v\n%s", c.name, i, g, w, text)
					}
				}
			})
		})
	}
}

// A later export of the same conversation has the keys of the earlier one and
// adds new ones after them; no two keys are equal.
func TestLongerExportAddsKeys(t *testing.T) {
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				all := conversation(t, plainNameGen, true)
				n := rapid.IntRange(1, len(all)).Draw(t, "earlier")
				earlier, _ := read(t, c.write(all[:n]))
				later, _ := read(t, c.write(all))
				seen := map[[16]byte]bool{}
				for i, it := range later {
					if k := it.Key(); seen[k] {
						t.Fatalf("item %d has the key of another: %+v", i, it)
					} else {
						seen[k] = true
					}
					if i < len(earlier) && earlier[i].Key() != it.Key() {
						t.Fatalf("item %d has another key: %+v, %+v", i, earlier[i], it)
					}
				}
			})
		})
	}
}

// Every client and language gives the same keys, where lines have their times.
func TestClientsAgreeOnKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := conversation(t, plainNameGen, false)
		want, _ := read(t, clients[0].write(all))
		for _, c := range clients[1:] {
			got, _ := read(t, c.write(all))
			for i := range want {
				if got[i].Key() != want[i].Key() {
					t.Fatalf("%s: %+v\n%s: %+v", clients[0].name, want[i], c.name, got[i])
				}
			}
		}
	})
}

func TestKey(t *testing.T) {
	base := Item{Time: time.Date(2024, 12, 9, 14, 30, 5, 0, seoul), Speaker: "하늘", Kind: KindText, Text: "글", Order: 1}
	with := func(f func(*Item)) [16]byte { it := base; f(&it); return it.Key() }
	for name, f := range map[string]func(*Item){
		"second":     func(it *Item) { it.Time = it.Time.Add(10 * time.Second) },
		"zone":       func(it *Item) { it.Time = time.Date(2024, 12, 9, 14, 30, 0, 0, time.UTC) },
		"line":       func(it *Item) { it.Line = 7 },
		"decomposed": func(it *Item) { it.Text = "\u1100\u1173\u11af" },
		"blanks":     func(it *Item) { it.Text = "글 \u200b\n" },
	} {
		qt.Check(t, qt.Equals(with(f), base.Key()), qt.Commentf("%s", name))
	}
	for name, f := range map[string]func(*Item){
		"minute":  func(it *Item) { it.Time = it.Time.Add(time.Minute) },
		"speaker": func(it *Item) { it.Speaker = "바다" },
		"kind":    func(it *Item) { it.Kind = KindNotice },
		"text":    func(it *Item) { it.Text = "글!" },
		"order":   func(it *Item) { it.Order = 2 },
		"shift":   func(it *Item) { it.Speaker, it.Text = "하", "늘글" },
	} {
		qt.Check(t, qt.Not(qt.Equals(with(f), base.Key())), qt.Commentf("%s", name))
	}
}
