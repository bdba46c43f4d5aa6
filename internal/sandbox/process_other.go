//go:build !unix

package sandbox

import (
	"errors"

	"madang/internal/fault"
)

func cpuSeconds() (float64, error) {
	return 0, fault.New(fault.InternalError).Because(errors.New("processor time is not known on this system"))
}

func residentBytes() uint64 { return 0 }

func peakBytes() uint64 { return 0 }
