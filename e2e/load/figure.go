package load

// Figure is one number that a scenario measured.
type Figure struct {
	Name string `json:"name"` // what was measured: "messages", "p99"
	Unit string `json:"unit"` // "/s", "ms", "µs each" …

	// Runs are the values of the single runs, Value their median.
	Runs  []float64 `json:"runs"`
	Value float64   `json:"value"`

	// Ceiling is the same number of the bare relay, median of the same runs; 0
	// when the relay has none. Share is Value as a part of Ceiling: 0.5 means
	// half of what the machine can do, whether more or less is better.
	Ceiling float64 `json:"ceiling,omitempty"`
	Share   float64 `json:"share,omitempty"`

	// Goal is what the figure has to reach on the reference machine and Aim
	// what is hoped for; 0 means that none is set. AtMost says that both are
	// upper bounds.
	Goal   float64 `json:"goal,omitempty"`
	Aim    float64 `json:"aim,omitempty"`
	AtMost bool    `json:"at_most,omitempty"`
}

// Met reports whether the figure reaches its goal; true when there is none.
func (f *Figure) Met() bool {
	if f.Goal == 0 {
		return true
	}
	if f.AtMost {
		return f.Value <= f.Goal
	}
	return f.Value >= f.Goal
}

// Result is what all runs of one scenario gave.
type Result struct {
	Scenario string   `json:"scenario"`
	Shape    string   `json:"shape"` // "100 pairs × 8 in flight, 200 bytes"
	Figures  []Figure `json:"figures"`
	// Checked says what was verified in every run, with its count.
	Checked string `json:"checked,omitempty"`
	// Error is why the scenario failed; its figures then count for nothing.
	Error string `json:"error,omitempty"`
}

// sample is what one run measured, by the name of the figure.
type sample map[string]float64

// fill puts the values of the runs, and of the relay's runs, into the figures.
func (r *Result) fill(runs, ceilings []sample) {
	for i := range r.Figures {
		f := &r.Figures[i]
		for _, s := range runs {
			if v, ok := s[f.Name]; ok {
				f.Runs = append(f.Runs, v)
			}
		}
		f.Value = median(f.Runs)
		var c []float64
		for _, s := range ceilings {
			if v, ok := s[f.Name]; ok {
				c = append(c, v)
			}
		}
		if f.Ceiling = median(c); f.Ceiling > 0 {
			f.Share = f.Value / f.Ceiling
		}
	}
}
