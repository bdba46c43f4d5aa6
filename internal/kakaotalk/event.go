package kakaotalk

import "strings"

// event is a sentence of the client about the conversation.
type event struct {
	kind     Kind
	speaker  string
	subjects []string
	// weak sentences are so plain that people write them too ("Sky left.").
	weak bool
}

// The sentences in which the clients say that a message is gone.
var deletedSentences = map[string]bool{
	"삭제된 메시지입니다":                                            true,
	"메시지가 삭제되었습니다":                                          true,
	"채팅방 관리자가 메시지를 가렸습니다":                                   true,
	"Message deleted":                                       true,
	"Deleted message":                                       true,
	"This message was deleted":                              true,
	"This message has been deleted":                         true,
	"The message was deleted":                               true,
	"The message has been deleted":                          true,
	"This message has been hidden by the chatroom managers": true,
}

func isDeleted(text string) bool {
	t := trim(text)
	if in, ok := strings.CutPrefix(t, "("); ok && strings.HasSuffix(in, ")") {
		t = in[:len(in)-1]
	}
	return deletedSentences[strings.TrimSuffix(t, ".")]
}

// How sentences about one person end.
var personSentences = []struct {
	ending string
	kind   Kind
	weak   bool
}{
	{"님이 들어왔습니다", KindJoined, false},
	{"님이 나갔습니다", KindLeft, false},
	{"님이 채팅방을 나갔습니다", KindLeft, false},
	{" joined this chatroom", KindJoined, false},
	{" left this chatroom", KindLeft, false},
	{" has been removed from this chatroom", KindRemoved, false},
	{" was removed from this chatroom", KindRemoved, false},
	{" joined", KindJoined, true},
	{" left", KindLeft, true},
}

// parseEvent reads a text that is wholly one sentence of the client: a join, a
// leave, an invitation, a removal, a deletion.
func parseEvent(text string) (event, bool) {
	t := trim(strings.TrimSuffix(trim(text), "."))
	if t == "" || strings.ContainsRune(t, '\n') {
		return event{}, false
	}
	if isDeleted(t) {
		return event{kind: KindDeleted}, true
	}
	for _, p := range personSentences {
		name, ok := strings.CutSuffix(t, p.ending)
		if !ok || name == "" || len(name) > maxNameBytes {
			continue
		}
		if p.weak {
			name = strings.TrimSuffix(name, " has")
		}
		e := event{kind: p.kind, speaker: name, weak: p.weak}
		if p.kind == KindRemoved {
			e.speaker, e.subjects = "", []string{name}
		}
		return e, true
	}
	for _, ending := range []string{"님을 초대했습니다", "님을 초대하였습니다"} {
		if s, ok := strings.CutSuffix(t, ending); ok && s != "" {
			return koreanDeed(KindInvited, s), true
		}
	}
	if s, ok := strings.CutSuffix(t, "님을 내보냈습니다"); ok && s != "" {
		return koreanDeed(KindRemoved, s), true
	}
	if who, whom, ok := strings.Cut(t, " invited "); ok && isActor(who) && !strings.HasPrefix(whom, "to ") {
		if s := englishList(whom); len(s) > 0 {
			return event{kind: KindInvited, speaker: who, subjects: s, weak: true}, true
		}
	}
	if s, ok := strings.CutSuffix(t, " from this chatroom"); ok {
		if who, whom, ok := strings.Cut(s, " removed "); ok && isActor(who) {
			if s := englishList(whom); len(s) > 0 {
				return event{kind: KindRemoved, speaker: who, subjects: s}, true
			}
		}
	}
	return event{}, false
}

// koreanDeed reads "하늘님이 바다님, 들님과 강": who did it to whom. Old Windows
// clients leave the first part out.
func koreanDeed(kind Kind, s string) event {
	e := event{kind: kind}
	if who, whom, ok := strings.Cut(s, "님이 "); ok && who != "" && len(who) <= maxNameBytes {
		e.speaker, s = who, whom
	}
	for name := range strings.SplitSeq(strings.ReplaceAll(s, "님과 ", "님, "), "님, ") {
		if name = trim(name); name != "" {
			e.subjects = append(e.subjects, name)
		}
	}
	return e
}

// isActor refuses sentences in the passive ("You have been invited by ...").
func isActor(s string) bool {
	return s != "" && len(s) <= maxNameBytes && !strings.HasSuffix(s, " been") &&
		!strings.HasSuffix(s, " was") && !strings.HasSuffix(s, " were")
}

// englishList reads "Sea, River and Field". Some clients leave a last " and"
// or a blank before the full stop.
func englishList(s string) []string {
	var names []string
	s = strings.TrimSuffix(trim(s), " and")
	for name := range strings.SplitSeq(strings.ReplaceAll(s, " and ", ", "), ", ") {
		if name = trim(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// parseOwnLine reads a timed line of the client. A join may be followed on the
// same line by the house rules of an open chat. Other sentences are notices;
// a text that does not end like a sentence of the client is none of its lines.
func parseOwnLine(text string) (event, bool) {
	if e, ok := parseEvent(text); ok {
		return e, true
	}
	if name, _, ok := strings.Cut(text, "님이 들어왔습니다."); ok && name != "" && len(name) <= maxNameBytes {
		return event{kind: KindJoined, speaker: trim(name)}, true
	}
	t := trim(text)
	for _, ending := range []string{"니다.", "니다", "세요.", "."} {
		if strings.HasSuffix(t, ending) {
			return event{kind: KindNotice}, true
		}
	}
	return event{kind: KindNotice}, false
}
