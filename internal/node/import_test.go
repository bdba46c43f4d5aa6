package node_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/kakaotalk/bring"
	"madang/internal/node"
)

const conversation = "하늘 님과 카카오톡 대화\n저장한 날짜 : 2024-12-10 10:00:00\n\n" +
	"--------------- 2024년 12월 9일 월요일 ---------------\n[하늘] [오후 2:30] 안녕\n[바다] [오후 2:31] 반가워\n"

// An export can be brought in while the server runs, through its control
// socket, and while it does not; the second time nothing is new.
func TestImportServingAndNot(t *testing.T) {
	data, err := os.MkdirTemp("", "m") //nolint:usetesting // t.TempDir's names are too long for a socket
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(os.RemoveAll(data))) })
	n, err := node.Start(t.Context(), node.Config{Data: data, Listen: "127.0.0.1:0", Sandbox: true})
	qt.Assert(t, qt.IsNil(err))
	users, err := n.People().CreateTestUsers(t.Context(), account.TestUsers{Count: 1})
	qt.Assert(t, qt.IsNil(err))
	info, err := os.Stat(filepath.Join(data, "control.sock"))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(info.Mode().Perm(), 0o600))

	offline := func() (res bring.Result, err error) {
		err = node.Offline(t.Context(), node.Config{Data: data}, func(ctx context.Context, people *account.People, rooms *chat.Chat) error {
			res, err = bring.In(ctx, rooms, people, strings.NewReader(conversation), bring.Request{Owner: users[0].Phone, Me: "하늘"}, nil)
			return err
		})
		return res, err
	}
	_, err = offline()
	qt.Assert(t, qt.ErrorIs(err, node.ErrInUse))

	res, err := node.ImportKakaoTalk(t.Context(), data, strings.NewReader(conversation), bring.Request{Owner: users[0].Phone, Me: "하늘", Title: "강가"}, nil)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(res.Added, 2))
	qt.Assert(t, qt.Equals(res.Title, "강가"))
	_, err = node.ImportKakaoTalk(t.Context(), data, strings.NewReader("nothing"), bring.Request{Owner: users[0].Phone, Me: "하늘"}, nil)
	qt.Assert(t, qt.ErrorMatches(err, ".*not a conversation.*"))
	qt.Assert(t, qt.IsNil(n.Stop()))

	res, err = offline()
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(res.Added, 2)) // another title, another room
	res, err = offline()
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(res.Added, 0))
}
