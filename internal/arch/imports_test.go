package arch

import (
	"slices"
	"strings"
	"testing"
)

// layers are the parts of the server from the outside in. A package may import what is in its own
// layer or further down, never up. A new folder of internal/ gets its place here.
var layers = [][]string{
	{"node"}, // all parts put together
	{"gateway", "httpapi", "kakao", "sandbox"},                          // the edges: decode, call, encode
	{"plus", "link", "app", "kakaotalk", "search", "preview", "notify"}, // the features
	{"chat"},
	{"media"},
	{"account"},
	{"db", "bus", "blob", "mediafile", "push", "dial", "sms", "words", "job", "clock"}, // the means
	{"fault", "wire"}, // what everybody may import, and what imports nothing of ours
}

// apart are folders of internal/ that no part of the server imports.
var apart = []string{"arch", "dev"}

// clientMayImport is what a program of somebody else could import too, were it public.
var clientMayImport = []string{"internal/wire", "internal/fault"}

// freeToImport are the folders that put the parts together, or test them together.
var freeToImport = []string{"cmd", "e2e", "examples"}

// layer gives the number of a package's layer, or -1 for one that has none.
func layer(pkg string) int {
	part := strings.Split(strings.TrimPrefix(pkg, "internal/"), "/")[0]
	return slices.IndexFunc(layers, func(parts []string) bool { return slices.Contains(parts, part) })
}

func TestImportsPointOneWay(t *testing.T) {
	for _, s := range sources(t) {
		// Tests build up from above what they test, and programs wire; neither is imported.
		if s.test || s.file.Name.Name == "main" {
			continue
		}
		for _, imported := range s.imports {
			if target, ours := strings.CutPrefix(imported, module+"/"); ours {
				if why := forbidden(s.pkg, target); why != "" {
					t.Errorf("%s imports %s: %s", s.path, target, why)
				}
			}
		}
	}
}

// forbidden says why a package may not import another one of ours, or nothing.
func forbidden(from, target string) string {
	top, _, _ := strings.Cut(from, "/")
	switch {
	case slices.Contains(freeToImport, top):
		return ""
	case strings.HasPrefix(target, "cmd/"):
		return "nothing imports a program"
	case top == "client":
		if !slices.Contains(clientMayImport, target) && !strings.HasPrefix(target, "client") {
			return "the client may import only " + strings.Join(clientMayImport, " and ")
		}
		return ""
	case top == "web":
		return "the web page's package only embeds files"
	case top != "internal":
		return "the folder " + top + " has no place in the layers"
	}

	fromLayer, targetLayer := layer(from), layer(target)
	bottom := len(layers) - 1
	switch {
	case strings.HasPrefix(target, "internal/") && targetLayer < 0:
		return "nothing imports " + target
	case !strings.HasPrefix(target, "internal/"):
		return "only programs and tests import " + target
	case fromLayer == bottom && !within(from, target):
		return strings.Join(layers[bottom], " and ") + " import nothing of ours"
	case fromLayer > targetLayer:
		return "it is further out"
	}
	return ""
}

// within tells whether two packages are in the same part.
func within(a, b string) bool {
	part := func(pkg string) string { return strings.Split(strings.TrimPrefix(pkg, "internal/"), "/")[0] }
	return part(a) == part(b)
}

func TestEveryPartHasItsPlace(t *testing.T) {
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.pkg, "internal/") || layer(s.pkg) >= 0 {
			continue
		}
		if part := strings.Split(s.pkg, "/")[1]; !slices.Contains(apart, part) {
			t.Errorf("%s: internal/%s is in none of the layers; give it a place in %s", s.path, part, "internal/arch/imports_test.go")
		}
	}
}

func TestForbidden(t *testing.T) {
	tests := []struct {
		from, target string
		ok           bool
	}{
		{"internal/gateway", "internal/chat", true},
		{"internal/chat", "internal/gateway", false},
		{"internal/chat", "internal/account", true},
		{"internal/account", "internal/chat", false},
		{"internal/account", "internal/chat/roomlog", false},
		{"internal/plus", "internal/chat", true},
		{"internal/chat", "internal/plus", false},
		{"internal/chat/roomlog", "internal/db", true},
		{"internal/db", "internal/fault", true},
		{"internal/db/dbtest", "internal/db/pgtest", true},
		{"internal/wire", "internal/fault", false},
		{"internal/wire", "internal/wire/card", true},
		{"internal/fault", "internal/wire", false},
		{"internal/node", "web", false},
		{"internal/node", "internal/gateway", true},
		{"internal/gateway", "internal/node", false},
		{"internal/chat", "web", false},
		{"web", "internal/wire", false},
		{"client", "internal/wire", true},
		{"client", "internal/chat", false},
		{"client", "internal/wire/tsgen", false},
		{"internal/chat", "client", false},
		{"internal/gateway", "cmd/madang", false},
		{"internal/gateway", "internal/arch", false},
		{"cmd/madang", "internal/gateway", true},
		{"cmd/madang", "web", true},
		{"cmd/madang", "e2e/load", true},
		{"e2e/load", "client", true},
		{"helpers", "internal/chat", false},
	}
	for _, test := range tests {
		why := forbidden(test.from, test.target)
		if (why == "") != test.ok {
			t.Errorf("%s imports %s: got %q, want it allowed: %v", test.from, test.target, why, test.ok)
		}
	}
}
