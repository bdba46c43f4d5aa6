package preview_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-quicktest/qt"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"

	"madang/internal/preview"
)

func TestFirstAddress(t *testing.T) {
	for text, want := range map[string]string{
		"see https://example.org/a.":                     "https://example.org/a",
		"(https://example.org/a_(b))":                    "https://example.org/a_(b)",
		"여기 https://example.org에서 봐":                     "https://example.org",
		"https://ko.example.org/wiki/회의, 참고":             "https://ko.example.org/wiki/%ED%9A%8C%EC%9D%98",
		"「https://example.org/x」を":                       "https://example.org/x",
		"HTTPS://EXAMPLE.ORG에서":                          "https://EXAMPLE.ORG",
		"여기https://example.org:8080로":                    "https://example.org:8080",
		"보세요→https://example.org/a?b=1&c=2！":             "https://example.org/a?b=1&c=2",
		"“https://example.org/quoted”라고":                 "https://example.org/quoted",
		"https://example.org/wide\u3000space":            "https://example.org/wide",
		"https://example.org/invisible\u200b이":           "https://example.org/invisible",
		"링크（https://example.org/x）입니다":                   "https://example.org/x",
		"[제목](https://example.org/y)":                    "https://example.org/y",
		"HTTP://EXAMPLE.org/A?b=c#d":                     "http://EXAMPLE.org/A?b=c",
		"https://user:secret@example.org/ https://b.org": "https://b.org",
		"ftp://example.org javascript:alert(1)":          "",
		"https://localhost/ and nothing else":            "",
		"no address":                                     "",
		"xhttps://example.org":                           "",
		"https://" + strings.Repeat("a", 3000) + ".org":  "",
	} {
		qt.Check(t, qt.Equals(preview.First(text), want), qt.Commentf("%q", text))
	}
}

func TestPages(t *testing.T) {
	at := &url.URL{Scheme: "https", Host: "www.example.org", Path: "/news/1"}
	euc, err := korean.EUCKR.NewEncoder().String("회의 자료")
	qt.Assert(t, qt.IsNil(err))
	sjis, err := japanese.ShiftJIS.NewEncoder().String("会議の資料")
	qt.Assert(t, qt.IsNil(err))
	for _, c := range []struct{ name, page, kind, title, description, site, picture string }{
		{
			"open graph", `<title>plain</title><meta property="og:title" content="A &amp; B"><meta property=og:description content=" two
			lines "><meta property="og:image" content="/p.jpg"><meta property="og:site_name" content="Example">`,
			"text/html", "A & B", "two lines", "Example", "/p.jpg",
		},
		{"title alone", "<html><head><title>\n Hello </title></head><body><title>no</title>", "text/html", "Hello", "", "example.org", ""},
		{"description", `<title>T</title><meta name="Description" content="D">`, "text/html", "T", "D", "example.org", ""},
		{"twitter", `<meta name="twitter:title" content="T"><meta name="twitter:image" content="p.png">`, "text/html", "T", "", "example.org", "p.png"},
		{"both names", `<meta name="x" property="og:title" content="T">`, "text/html", "T", "", "example.org", ""},
		{"charset of the header", "<title>" + euc + "</title>", "text/html; charset=euc-kr", "회의 자료", "", "example.org", ""},
		{"charset of the page", `<meta charset="shift_jis"><title>` + sjis + "</title>", "text/html", "会議の資料", "", "example.org", ""},
		{"nothing in the body", `<body><meta property="og:title" content="no">`, "text/html", "", "", "example.org", ""},
		{"cut off", `<title>T</title><meta property="og:desc`, "text/html", "T", "", "example.org", ""},
		{"controls", "<title>a\x00b\u202ec\x1b[31m</title>", "text/html; charset=utf-8", "abc[31m", "", "example.org", ""},
		{"empty", "", "text/html", "", "", "example.org", ""},
	} {
		found, picture, err := preview.Read(strings.NewReader(c.page), c.kind, at)
		qt.Assert(t, qt.IsNil(err), qt.Commentf("%s", c.name))
		qt.Check(t, qt.Equals(found.Title, c.title), qt.Commentf("%s", c.name))
		qt.Check(t, qt.Equals(found.Description, c.description), qt.Commentf("%s", c.name))
		qt.Check(t, qt.Equals(found.Site, c.site), qt.Commentf("%s", c.name))
		qt.Check(t, qt.Equals(picture, c.picture), qt.Commentf("%s", c.name))
	}
}

func FuzzPage(f *testing.F) {
	f.Add("<title>T</title>", "text/html")
	f.Add(`<meta property="og:title" content="T"`, "text/html; charset=euc-kr")
	f.Add("<script><!--<title>", "text/html; charset=utf-16")
	at := &url.URL{Scheme: "https", Host: "example.org"}
	f.Fuzz(func(t *testing.T, text, kind string) {
		found, _, err := preview.Read(strings.NewReader(text), kind, at)
		if err != nil {
			return
		}
		for _, s := range []string{found.Title, found.Description, found.Site} {
			qt.Assert(t, qt.IsTrue(utf8.ValidString(s) && utf8.RuneCountInString(s) <= 500 && !strings.ContainsAny(s, "\n\x00")))
		}
	})
}
