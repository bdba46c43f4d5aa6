package kakaotalk

import "time"

const (
	// MaxTextBytes bounds the text of one item, so that memory stays bounded
	// whatever the file holds. A longer message is given in parts.
	MaxTextBytes = 256 << 10
	// MaxLineBytes is how much of one line is looked at in one go. What is
	// beyond is appended to the text of the line and never read as a form.
	MaxLineBytes = 64 << 10
	// MaxOdd is how many odd lines a report lists; the others are counted.
	MaxOdd = 200
	// MaxNames is how many speakers a report counts one by one.
	MaxNames = 20_000
)

// Form is the client whose form a file has.
type Form string

// The forms; empty when a file has a head but no line after it.
const (
	FormWindows Form = "windows"
	FormAndroid Form = "android"
	FormIOS     Form = "ios"
	FormMac     Form = "mac"
)

// Report is what a file was found to be.
type Report struct {
	Form Form
	// Title is the name of the conversation as the head gives it: the other
	// person's name in a direct conversation, else the room's. Empty where the
	// head has none (iOS, Mac).
	Title string
	// Direct says that the title names a person ("하늘 님과 카카오톡 대화").
	// Windows writes the titles of groups so as well.
	Direct bool
	// File is the file name that the head gives, if any.
	File string
	// Saved is when the file was written. Zero when the head does not say.
	Saved time.Time
	// Speakers are those who sent something, in the order of their first
	// message. At most MaxNames; the messages of further ones are in Items only.
	Speakers []Speaker
	Items    int
	Kinds    map[Kind]int
	// First and Last are the earliest and latest time of all items.
	First, Last time.Time
	Lines       LineCounts
	// Odd are the first MaxOdd odd lines, OddTotal counts all of them. Nothing
	// of an odd line is lost: it is in the text of an item.
	Odd      []OddLine
	OddTotal int
}

// Speaker is a person who sent something.
type Speaker struct {
	Name  string
	Items int
}

// LineCounts says what became of the lines of a file. Each line is counted
// exactly once.
type LineCounts struct {
	Head      int // title, date of saving, the first line of a CSV
	Day       int // lines that only say the day
	Item      int // lines that begin an item
	Continued int // lines that go on with one, blank ones inside a text too
	Blank     int // other blank lines
}

// Total is the number of lines of the file.
func (c LineCounts) Total() int { return c.Head + c.Day + c.Item + c.Continued + c.Blank }

// OddLine is a line that did not fit well.
type OddLine struct {
	Line   int
	Reason Reason
	Text   string // its beginning, at most 80 characters
}

// Reason says in words what is odd about a line.
type Reason string

// The reasons.
const (
	OddOrphan   Reason = "fits no form and follows no message; kept as a notice"
	OddAfter    Reason = "fits no form and follows a line of the client; kept with that line"
	OddTime     Reason = "begins like a message, but its time is impossible; kept as text"
	OddForm     Reason = "has the form of another client; kept as text"
	OddQuoted   Reason = "repeats an earlier line and goes back in time; kept as text"
	OddBack     Reason = "is a day line that goes back in time; kept as text"
	OddNobody   Reason = "begins with a time, but names no speaker; kept as text"
	OddInside   Reason = "begins like a message inside a message; kept as text"
	OddNoDay    Reason = "comes before any day line; dated by the nearest day known"
	OddEncoding Reason = "has bytes that are not UTF-8; they were replaced"
	OddLong     Reason = "is longer than 64 KiB; kept whole, read as one line"
	OddRow      Reason = "is no row of the CSV; kept with the row before"
	OddQuotes   Reason = "has unpaired quotation marks; kept as text"
)

func (r *Report) odd(no int, why Reason, text string) {
	r.OddTotal++
	if len(r.Odd) < MaxOdd {
		r.Odd = append(r.Odd, OddLine{Line: no, Reason: why, Text: firstRunes(text, 80)})
	}
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
