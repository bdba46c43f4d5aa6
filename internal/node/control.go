package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
	"unicode/utf16"

	"madang/internal/kakaotalk/bring"
)

// While a node serves, commands of its operator reach it through a Unix socket
// in its data folder, which only the folder's owner can open. It speaks HTTP.
const controlName = "control.sock"

// News is one line of what a long command tells: how far it is, or its end.
type News struct {
	Done    int64         `json:"done,omitempty"`    // bytes
	Result  *bring.Result `json:"result,omitempty"`  // the end
	Refused string        `json:"refused,omitempty"` // the end, in words for the person who asked
	Failed  string        `json:"failed,omitempty"`  // the end
}

// openControl listens for commands. A socket that a killed node left behind is
// taken away first; the folder's lock is ours.
func (n *Node) openControl() error {
	path := filepath.Join(n.config.Data, controlName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("control socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		// As where the folder's path is longer than a socket's name may be. The
		// server is whole without it.
		n.config.Log.Warn("commands such as import will not reach this server while it runs", "cause", err)
		return nil
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(fmt.Errorf("control socket: %w", err), l.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /import/kakaotalk", n.importKakaoTalk)
	mux.HandleFunc("POST /push/test", n.testPush)
	n.control = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	n.controlListener = l
	return nil
}

func (n *Node) serveControl(ctx context.Context) error {
	if n.control == nil {
		<-ctx.Done()
		return nil
	}
	ended := make(chan error, 1)
	go func() { ended <- n.control.Serve(n.controlListener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve commands: %w", err)
	case <-ctx.Done():
	}
	// A command that is cut off can be given again.
	err := n.control.Close()
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	n.commands.Wait()
	return err
}

// importKakaoTalk takes a bring.Request in the header Madang-Request and the
// file as its body, and answers a line of News now and then, the last one with
// the end.
func (n *Node) importKakaoTalk(w http.ResponseWriter, r *http.Request) {
	n.commands.Add(1)
	defer n.commands.Done()
	var req bring.Request
	if err := json.Unmarshal([]byte(r.Header.Get("Madang-Request")), &req); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out := json.NewEncoder(w)
	tell := func(news News) {
		if err := out.Encode(news); err == nil {
			_ = http.NewResponseController(w).Flush()
		}
	}
	file, err := n.spool(r.Body)
	if err != nil {
		tell(News{Failed: err.Error()})
		return
	}
	defer file.Close()
	var told time.Time
	res, err := bring.In(r.Context(), n.chat, n.people, file, req, func(done int64) {
		if time.Since(told) > 200*time.Millisecond {
			told = time.Now()
			tell(News{Done: done})
		}
	})
	var refusal *bring.Refusal
	switch {
	case errors.As(err, &refusal):
		tell(News{Refused: refusal.Error()})
	case err != nil:
		tell(News{Failed: err.Error()})
	default:
		tell(News{Result: &res})
	}
}

// spool keeps a body in a file without a name, which goes with its last reader.
func (n *Node) spool(body io.Reader) (*os.File, error) {
	f, err := os.CreateTemp(n.config.Data, "import-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := io.Copy(f, body); err != nil {
		return nil, errors.Join(fmt.Errorf("take the file: %w", err), f.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// ImportKakaoTalk asks the node that uses the data folder to bring a file in.
// progress hears how many bytes of the two readings of the file are done. A
// refusal comes as *bring.Refusal or with its words.
func ImportKakaoTalk(ctx context.Context, data string, file io.Reader, req bring.Request, progress func(done int64)) (bring.Result, error) {
	client := controlClient(data)
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://madang/import/kakaotalk", file)
	if err != nil {
		return bring.Result{}, err
	}
	text, err := json.Marshal(req)
	if err != nil {
		return bring.Result{}, err
	}
	r.Header.Set("Madang-Request", asciiJSON(text))
	answer, err := client.Do(r)
	if err != nil {
		return bring.Result{}, fmt.Errorf("ask the running server: %w", err)
	}
	defer answer.Body.Close()
	in := json.NewDecoder(answer.Body)
	for {
		var news News
		if err := in.Decode(&news); err != nil {
			return bring.Result{}, fmt.Errorf("the running server broke off; give the command again to go on: %w", err)
		}
		switch {
		case news.Result != nil:
			return *news.Result, nil
		case news.Refused != "":
			return bring.Result{}, errors.New(news.Refused)
		case news.Failed != "":
			return bring.Result{}, errors.New(news.Failed)
		case progress != nil:
			progress(news.Done)
		}
	}
}

// controlClient speaks with the node that uses a data folder.
func controlClient(data string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(data, controlName))
	}}}
}

// asciiJSON escapes what a header cannot hold.
func asciiJSON(b []byte) string {
	var out []byte
	for _, r := range string(b) {
		if r < 0x7f {
			out = append(out, byte(r))
		} else {
			for _, u := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, u)
			}
		}
	}
	return string(out)
}
