package kakaotalk

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-quicktest/qt"
)

func parseAll(t *testing.T, text string) ([]Item, Report) {
	t.Helper()
	var items []Item
	rep, err := Parse(strings.NewReader(text), seoul, func(it Item) error {
		items = append(items, it)
		return nil
	})
	qt.Assert(t, qt.IsNil(err))
	return items, rep
}

func TestClock(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string // "" does not fit, "bad" is impossible
	}{
		{"오전 12:05", "00:05:00"},
		{"오전 12:00", "00:00:00"},
		{"오전 1:00", "01:00:00"},
		{"오전 11:59", "11:59:00"},
		{"오후 12:00", "12:00:00"},
		{"오후 12:05", "12:05:00"},
		{"오후 1:00", "13:00:00"},
		{"오후 11:59", "23:59:00"},
		{"오전 0:05", "00:05:00"},
		{"오후 13:05", "13:05:00"},
		{"오후2:30", "14:30:00"},
		{"12:05 AM", "00:05:00"},
		{"12:05 PM", "12:05:00"},
		{"6:49 AM", "06:49:00"},
		{"6:49PM", "18:49:00"},
		{"6:49 p.m.", "18:49:00"},
		{"12:00 a.m.", "00:00:00"},
		{"AM 9:04", "09:04:00"},
		{"PM 12:16", "12:16:00"},
		{"6:49\u202fPM", "18:49:00"},
		{"6:49\u00a0PM", "18:49:00"},
		{"오후\u202f6:49", "18:49:00"},
		{"00:00", "00:00:00"},
		{"9:30", "09:30:00"},
		{"23:59", "23:59:00"},
		{"20:36:07", "20:36:07"},
		{"24:00", "bad"},
		{"12:60", "bad"},
		{"오전 13:00", "bad"},
		{"오후 24:00", "bad"},
		{"오후", ""},
		{"오후 2시", ""},
		{"2:3", ""},
		{"123:00", ""},
		{"2:345", ""},
		{"", ""},
	} {
		s := scan(c.in)
		sec, f := s.clock()
		got := [...]string{"", "bad", time.Unix(int64(sec), 0).UTC().Format(time.TimeOnly)}[f]
		qt.Check(t, qt.Equals(got, c.want), qt.Commentf("%q", c.in))
		if f == fitYes {
			qt.Check(t, qt.Equals(string(s), ""), qt.Commentf("%q", c.in))
		}
	}
}

func TestDayLine(t *testing.T) {
	for in, want := range map[string]day{
		"2024년 12월 9일 월요일":              20241209,
		"2024년 2월 29일 목요일":              20240229,
		"2023년 2월 29일 수요일":              0,
		"Monday, December 9, 2024":      20241209,
		"Wednesday, 31 December 2014":   20141231,
		"Sun, Sept 1, 2024":             20240901,
		"Sun, Sep. 1, 2024":             20240901,
		"2019. 7. 30. 화요일":              20190730,
		"2024년 12월 9일":                  0, // no weekday
		"2024년 12월 9일 월요일 저녁":           0,
		"2024년 13월 9일 월요일":              0,
		"Monday, December 9":            0,
		"Moonday, December 9, 2024":     0,
		" 2024년 12월 9일 월요일\u200b":       20241209,
		"24년 12월 9일 월요일":                0,
		"Monday, December 9, 2024 gone": 0,
	} {
		got, _ := dayLine(in)
		qt.Check(t, qt.Equals(got, want), qt.Commentf("%q", in))
	}
	for in, want := range map[string]day{
		"--------------- 2024년 12월 9일 월요일 ---------------":         20241209,
		"--------------- Monday, December 9, 2024 ---------------": 20241209,
		"------------------ 2024년 1월 15일 ------------------":       20240115,
		"-- 2024년 12월 9일 월요일 --":                                   0,
		"---------------":                                          0,
		"--------------- 글 ----------":                             0,
	} {
		got, _ := dashedDay(in)
		qt.Check(t, qt.Equals(got, want), qt.Commentf("%q", in))
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		shape shape
		line  string
		want  string // "" no fit, "bad", else speaker|text, own text as !text
	}{
		{shapeBracket, "[하늘] [오후 2:30] 글", "하늘|글"},
		{shapeBracket, "[하늘] [오후 2:30] ", "하늘|"},
		{shapeBracket, "[하늘] [오후 2:30]", "하늘|"},
		{shapeBracket, "[Sky] [2:30 PM]  two spaces ", "Sky| two spaces "},
		{shapeBracket, "[a] b] [14:30] x", "a] b|x"},
		{shapeBracket, "[[A] [B]] [14:30] x", "[A] [B]|x"},
		{shapeBracket, "[A] [B] [14:30] x", ""},
		{shapeBracket, "[하늘] [오전 9:11] [바다] [오전 9:11] 안녕", "하늘|[바다] [오전 9:11] 안녕"},
		{shapeBracket, "[a : b, c] [14:30] d : e", "a : b, c|d : e"},
		{shapeBracket, "[2020] [14:30] x", "2020|x"},
		{shapeBracket, "[] [14:30] 알림", "!알림"},
		{shapeBracket, "[하늘] [오후 2:30]글", ""},
		{shapeBracket, "[하늘][오후 2:30] 글", ""},
		{shapeBracket, " [하늘] [오후 2:30] 글", ""},
		{shapeBracket, "[하늘] [오후 25:30] 글", "bad"},
		{shapeBracket, "[하늘] [공지] 글", ""},
		{shapeBracket, "[하늘]", ""},

		{shapeHangul, "2011년 10월 18일 오후 3:27, 하늘 : 글", "하늘|글"},
		{shapeHangul, "2011년 10월 18일 15:27, 하늘 : 글", "하늘|글"},
		{shapeHangul, "2011년 10월 18일 오후 3:27, 하늘 :", "하늘|"},
		{shapeHangul, "2011년 10월 18일 오후 3:27, a, b [c]: d : e : f", "a, b [c]: d|e : f"},
		{shapeHangul, "2011년 10월 18일 오후 3:27, 하늘님이 나갔습니다.", "!하늘님이 나갔습니다."},
		{shapeHangul, "2011년 10월 18일 오후 3:27,  : 알림", "!알림"},
		{shapeHangul, "2011년 10월 18일 오후 3:27", "alone"},
		{shapeHangul, "2011년 10월 18일 오후 3:27 이후", ""},
		{shapeHangul, "2011년 10월 18일 오후 3:27,하늘 : 글", ""},
		{shapeHangul, "2011년 10월 32일 오후 3:27, 하늘 : 글", "bad"},
		{shapeHangul, "2011. 10. 18. 오후 3:27, 하늘 : 글", ""},

		{shapeDotted, "2025. 10. 14. 오전 9:30, 하늘 : 글", "하늘|글"},
		{shapeDotted, "2025. 10. 14. 09:30, 하늘 : 글", "하늘|글"},
		{shapeDotted, "2025.10.14. 오전 9:30, 하늘 : 글", "하늘|글"},
		{shapeDotted, "2025. 10. 14. 09:30: 하늘님이 들어왔습니다.", "!하늘님이 들어왔습니다."},
		{shapeDotted, "2025. 10. 14. 오전\u202f9:30, 2020 : 글", "2020|글"},
		{shapeDotted, "2025. 10. 14. 회의", ""},

		{shapeEnglish, "October 12, 2020, 6:49 AM, Sky : text", "Sky|text"},
		{shapeEnglish, "Oct 12, 2020 at 6:49\u202fAM, Sky : text", "Sky|text"},
		{shapeEnglish, "Oct 12, 2020 6:49 AM, Sky : text", "Sky|text"},
		{shapeEnglish, "12 October 2020 at 18:49, Sky : text", "Sky|text"},
		{shapeEnglish, "Oct 12, 2020 at 19:12: Sky invited Sea .", "!Sky invited Sea ."},
		{shapeEnglish, "October 12, 2020, 6:49 AM", "alone"},
		{shapeEnglish, "October 12, 2020, I left", ""},
		{shapeEnglish, "Octover 12, 2020, 6:49 AM, Sky : text", ""},
		{shapeEnglish, "February 30, 2020, 6:49 AM, Sky : text", "bad"},

		{shapeClock, "오후 8:36, 하늘 : 글", "하늘|글"},
		{shapeClock, "8:36 PM, Sky : text", "Sky|text"},
		{shapeClock, "20:36, 하늘 : 글", "하늘|글"},
	} {
		r, f := c.shape.match(c.line, nil)
		got := ""
		switch {
		case f == fitBad:
			got = "bad"
		case f == fitYes && r.alone:
			got = "alone"
		case f == fitYes && r.own:
			got = "!" + r.text
		case f == fitYes:
			got = r.speaker + "|" + r.text
		}
		qt.Check(t, qt.Equals(got, c.want), qt.Commentf("%q", c.line))
	}
}

func TestClassify(t *testing.T) {
	for in, want := range map[string]content{
		"사진":                                {kind: KindPhoto, count: 1},
		" 사진\u200b":                         {kind: KindPhoto, count: 1},
		"사진 3장":                             {kind: KindPhoto, count: 3},
		"Photo":                             {kind: KindPhoto, count: 1},
		"Photos":                            {kind: KindPhoto, count: 1},
		"3 photos":                          {kind: KindPhoto, count: 3},
		"사진 0장":                             {kind: KindText},
		"사진 석장":                             {kind: KindText},
		"사진 보내줘":                            {kind: KindText},
		"3장 사진":                             {kind: KindText},
		"동영상":                               {kind: KindVideo, count: 1},
		"동영상 2개":                            {kind: KindVideo, count: 2},
		"Video":                             {kind: KindVideo, count: 1},
		"videos":                            {kind: KindVideo, count: 1},
		"음성메시지":                             {kind: KindVoice},
		"Voice Note":                        {kind: KindVoice},
		"이모티콘":                              {kind: KindEmoticon},
		"Emoticons":                         {kind: KindEmoticon},
		"파일: x.pdf":                         {kind: KindFile, file: "x.pdf"},
		"파일 : 긴 이름 (1).hwp":                 {kind: KindFile, file: "긴 이름 (1).hwp"},
		"File: x.pdf":                       {kind: KindFile, file: "x.pdf"},
		"파일:":                               {kind: KindText},
		"File: a\nb":                        {kind: KindText},
		"abc123.jpg":                        {kind: KindPhoto, count: 1, file: "abc123.jpg"},
		"A_b-3.MP4":                         {kind: KindVideo, count: 1, file: "A_b-3.MP4"},
		"0f.m4a":                            {kind: KindVoice, file: "0f.m4a"},
		"readme.txt":                        {kind: KindText},
		"my photo.jpg":                      {kind: KindText},
		".jpg":                              {kind: KindText},
		strings.Repeat("0af9", 16) + ".pdf": {kind: KindFile, file: strings.Repeat("0af9", 16) + ".pdf"},
		"삭제된 메시지입니다.":                       {kind: KindDeleted},
		"(삭제된 메시지입니다.)":                     {kind: KindDeleted},
		"Message deleted":                   {kind: KindDeleted},
		"This message was deleted.":         {kind: KindDeleted},
		"연락처: 바람":                           {kind: KindContact},
		"카카오톡 프로필":                          {kind: KindContact},
		"지도: 강변역":                           {kind: KindPlace},
		"Location: River side":              {kind: KindPlace},
		"":                                  {kind: KindText},
	} {
		qt.Check(t, qt.Equals(classify(in), want), qt.Commentf("%q", in))
	}
}

func TestParseEvent(t *testing.T) {
	for in, want := range map[string]string{
		"하늘님이 들어왔습니다.":                             "joined 하늘",
		"하늘님이 나갔습니다.":                              "left 하늘",
		"하늘님이 채팅방을 나갔습니다.":                         "left 하늘",
		"하늘님이 바다님을 초대했습니다.":                        "invited 하늘 바다",
		"하늘님이 바다님, 들님, :)님과 강님을 초대하였습니다.":          "invited 하늘 바다 들 :) 강",
		"바다님을 초대하였습니다.":                            "invited  바다",
		"바다님을 내보냈습니다.":                             "removed  바다",
		"하늘님이 바다님을 내보냈습니다.":                        "removed 하늘 바다",
		"Sky joined this chatroom.":                "joined Sky",
		"Sky left this chatroom.":                  "left Sky",
		"Sky Blue has left.":                       "left Sky Blue",
		"Sky invited Sea, Field and River.":        "invited Sky Sea Field River",
		"Sky invited Sea .":                        "invited Sky Sea",
		"Sky invited Sea and.":                     "invited Sky Sea",
		"You have been invited to a room.":         "",
		"Sky has been removed from this chatroom.": "removed  Sky",
		"Sky removed Sea from this chatroom.":      "removed Sky Sea",
		"채팅방 관리자가 메시지를 가렸습니다.":                     "deleted ",
		"The message has been deleted.":            "deleted ",
		"님이 나갔습니다.":                                "",
		"하늘님이 나갔습니다. 정말?":                          "",
		"하늘님이\n나갔습니다.":                             "",
		"안녕하세요":                                    "",
		"":                                         "",
	} {
		e, ok := parseEvent(in)
		got := ""
		if ok {
			got = strings.Join(append([]string{string(e.kind), e.speaker}, e.subjects...), " ")
		}
		qt.Check(t, qt.Equals(got, want), qt.Commentf("%q", in))
	}
}

func TestHead(t *testing.T) {
	body := "\n\n--------------- 2024년 12월 9일 월요일 ---------------\n[하늘] [오후 2:30] 글\n"
	at := func(h, m, s int) time.Time { return time.Date(2024, 12, 10, h, m, s, 0, seoul) }
	for _, c := range []struct {
		head   string
		title  string
		direct bool
		file   string
		saved  time.Time
	}{
		{"하늘 님과 카카오톡 대화\n저장한 날짜 : 2024-12-10 09:00:12", "하늘", true, "", at(9, 0, 12)},
		{"하늘님과의 카카오톡 대화\n저장한 날짜 : 2024년 12월 10일 오후 2:23", "하늘", true, "", at(14, 23, 0)},
		{"우리 방 13 카카오톡 대화\n저장한 날짜 : 2024. 12. 10. 오전 12:23", "우리 방 13", false, "", at(0, 23, 0)},
		{"카카오톡 대화\n저장한 날짜 : 2024-12-10 09:00", "", false, "", at(9, 0, 0)},
		{"KakaoTalk Chats with Sky\nDate Saved : December 10, 2024, 2:23 PM", "Sky", true, "", at(14, 23, 0)},
		{"Sky with KakaoTalk Chats\nDate Saved: 2024-12-10 09:00:12", "Sky", true, "", at(9, 0, 12)},
		{"Talk_2024.12.10 10:38-1.txt\nDate Saved : Dec 10, 2024 at 10:38", "", false, "Talk_2024.12.10 10:38-1.txt", at(10, 38, 0)},
		{"KakaoTalk Chats with Sky.txt\nSaved Date : Dec 10, 2024 at 10:38", "Sky", true, "KakaoTalk Chats with Sky.txt", at(10, 38, 0)},
		{"이름만 있는 방\n저장한 날짜 : 언젠가", "이름만 있는 방", false, "", time.Time{}},
		{"하늘 님과 카카오톡 대화", "하늘", true, "", time.Time{}},
		{"", "", false, "", time.Time{}},
	} {
		items, r := parseAll(t, c.head+body)
		qt.Check(t, qt.HasLen(items, 1), qt.Commentf("%q", c.head))
		qt.Check(t, qt.Equals(r.Title, c.title), qt.Commentf("%q", c.head))
		qt.Check(t, qt.Equals(r.Direct, c.direct), qt.Commentf("%q", c.head))
		qt.Check(t, qt.Equals(r.File, c.file), qt.Commentf("%q", c.head))
		qt.Check(t, qt.IsTrue(r.Saved.Equal(c.saved)), qt.Commentf("%q: %v", c.head, r.Saved))
		qt.Check(t, qt.Equals(r.OddTotal, 0), qt.Commentf("%q", c.head))
	}
	// A message whose text ends like a title is no title.
	items, r := parseAll(t, "2025. 10. 14. 오전 9:30, 하늘 : 우리 카카오톡 대화\n")
	qt.Check(t, qt.HasLen(items, 1))
	qt.Check(t, qt.Equals(r.Title, ""))
}

func TestRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":     "",
		"blank":     "\n\n\n",
		"prose":     "오늘은 9:30에 회의가 있었다.\n[공지] 다음 회의는 2024년 12월 9일 월요일\n10:30: 점심\n",
		"log":       "[main] [12:30] started\n[main] [12:31] ready\n",
		"other csv": "time,level,text\n2021-12-29 20:36:00,info,started\n",
		"binary":    "PK\x03\x04\x00\x00\xff\xfe\x80" + strings.Repeat("\x00\x01", 500),
		"legacy":    "\xc7\xcf\xb4\xc3 \xb4\xd4\xb0\xfa\n",
		"head only": "하늘 님과 카카오톡 대화\n\n알 수 없는 글\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(text), nil, func(it Item) error {
				t.Errorf("item %+v of a file that is refused", it)
				return nil
			})
			qt.Assert(t, qt.ErrorIs(err, ErrNotAnExport))
			qt.Assert(t, qt.IsTrue(len(err.Error()) > len(ErrNotAnExport.Error())+20), qt.Commentf("%v", err))
		})
	}
}

func TestEmptyConversations(t *testing.T) {
	for _, text := range []string{
		"하늘 님과 카카오톡 대화\n저장한 날짜 : 2024-12-10 09:00:12\n",
		"Date,User,Message\n",
		"\ufeffDate,User,Message",
	} {
		items, r := parseAll(t, text)
		qt.Check(t, qt.HasLen(items, 0))
		qt.Check(t, qt.Equals(r.Items, 0))
	}
}

func TestErrors(t *testing.T) {
	text := "--------------- 2024년 12월 9일 월요일 ---------------\n" + strings.Repeat("[하늘] [오후 2:30] 글\n", 3)
	stop := errors.New("stop")
	calls := 0
	_, err := Parse(strings.NewReader(text), nil, func(Item) error { calls++; return stop })
	qt.Check(t, qt.Equals(err, stop))
	qt.Check(t, qt.Equals(calls, 1))

	_, err = Parse(iotest.ErrReader(stop), nil, func(Item) error { return nil })
	qt.Check(t, qt.ErrorIs(err, stop))

	long := io.MultiReader(strings.NewReader(text+strings.Repeat("글\n", 200_000)), iotest.ErrReader(stop))
	_, err = Parse(long, nil, func(Item) error { return nil })
	qt.Check(t, qt.ErrorIs(err, stop))
}

// The lines of one form are text in a file of another.
func TestFormIsKept(t *testing.T) {
	heads := []string{
		"[하늘] [오후 2:30] 글",
		"2024년 12월 9일 오후 2:30, 하늘 : 글",
		"2024. 12. 9. 오후 2:30, 하늘 : 글",
		"December 9, 2024, 2:30 PM, 하늘 : 글",
	}
	for i, own := range heads {
		var foreign []string
		for j, h := range heads {
			if j != i {
				foreign = append(foreign, h)
			}
		}
		text := own + "\n" + strings.Join(foreign, "\n") + "\n" + strings.Replace(own, "2:30", "2:31", 1) + "\n"
		items, r := parseAll(t, "--------------- 2024년 12월 9일 월요일 ---------------\n"+text)
		if i > 0 {
			items, r = parseAll(t, text)
		}
		qt.Check(t, qt.HasLen(items, 2), qt.Commentf("%q", own))
		qt.Check(t, qt.Equals(items[0].Text, "글\n"+strings.Join(foreign, "\n")))
		qt.Check(t, qt.Equals(r.OddTotal, 3))
	}
}

// Which form has a file that begins in the middle of a message that quotes
// another form.
func TestCutFile(t *testing.T) {
	text := "이어지는 글\n2024. 12. 9. 오후 2:30, 하늘 : 옮긴 줄\n" + strings.Repeat("2024년 12월 9일 오후 3:30, 바다 : 글\n", 3)
	items, r := parseAll(t, text)
	qt.Check(t, qt.Equals(r.Form, FormAndroid))
	qt.Check(t, qt.HasLen(items, 4))
	qt.Check(t, qt.Equals(items[0].Kind, KindNotice))
	qt.Check(t, qt.Equals(items[0].Text, "이어지는 글\n2024. 12. 9. 오후 2:30, 하늘 : 옮긴 줄"))
	qt.Check(t, qt.Equals(r.OddTotal, 2))
}

func TestOddListIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("2024년 12월 9일 오후 3:30, 바다 : 글\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "2024년 12월 9일 오후 3:%d, 바다 : 글\n", 60+i%40)
	}
	items, r := parseAll(t, b.String())
	qt.Check(t, qt.HasLen(items, 1))
	qt.Check(t, qt.HasLen(r.Odd, MaxOdd))
	qt.Check(t, qt.Equals(r.OddTotal, 5000))
	qt.Check(t, qt.Equals(r.Odd[0], OddLine{Line: 2, Reason: OddTime, Text: "2024년 12월 9일 오후 3:60, 바다 : 글"}))
}
