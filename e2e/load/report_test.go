package load

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

func TestReport(t *testing.T) {
	talk := Result{Scenario: "talk", Shape: "two people", Checked: "every word", Figures: []Figure{
		{Name: "messages", Unit: "/s", Goal: 45_000, Aim: 65_000},
		{Name: "p99", Unit: "ms", Goal: 3, AtMost: true},
		{Name: "storm", Unit: "s"},
		{Name: "commits"},
	}}
	talk.fill(
		[]sample{{"messages": 50_000, "p99": 4, "storm": 0.5}, {"messages": 40_000.4, "p99": 3.456, "storm": 2}, {"messages": 60_000, "p99": 1, "storm": 0.25}},
		[]sample{{"messages": 100_000, "storm": 0.1}, {"messages": 200_000, "storm": 0.1}},
	)
	r := Report{
		At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Machine: "a machine", Commit: "abc", Store: "embedded", Runs: 3,
		Control: 390_000, Void: true,
		Results: []Result{talk, {Scenario: "walk", Shape: "nobody", Error: "run 2: number 7 came after 5"}},
	}
	var text bytes.Buffer
	qt.Assert(t, qt.IsNil(r.WriteText(&text)))
	// The columns are as wide as their widest cell.
	squeezed := strings.Join(strings.Fields(text.String()), " ")
	qt.Assert(t, qt.Equals(squeezed, strings.Join(strings.Fields(`
a machine commit abc, store embedded, medians of 3, 2026-11-23T09:00:00Z
talk: two people
messages 50,000 /s (50,000 40,000 60,000) 33 % of ceiling 150,000 at least 45,000: reached, aim 65,000
p99 3.46 ms (4.00 3.46 1.00) at most 3.00: MISSED
storm 0.50 s (0.50 2.00 0.25) 5.00 × ceiling 0.10
checked: every word
walk: nobody FAILED: run 2: number 7 came after 5
VOID: the bare relay reached 390,000 messages a second with 16 in flight, less than 400,000. The machine was not at its best, or is not the reference machine.
`), " ")))
	qt.Assert(t, qt.IsTrue(r.Failed()))
	qt.Assert(t, qt.IsTrue(r.Missed()))

	var out bytes.Buffer
	qt.Assert(t, qt.IsNil(r.WriteJSON(&out)))
	var again Report
	qt.Assert(t, qt.IsNil(json.Unmarshal(out.Bytes(), &again)))
	qt.Assert(t, qt.DeepEquals(again, r))
}

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{
		0: "0.00", 0.004: "0.00", 9.994: "9.99", 12.34: "12.3", 999.4: "999", 1000: "1,000", 1234567.8: "1,234,568", -1234: "-1,234",
	} {
		qt.Check(t, qt.Equals(number(value), want))
	}
}
