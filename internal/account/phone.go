package account

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"madang/internal/fault"
)

// phone is a number in E.164, such as +821012345678.
type phone string

// maxPhoneText bounds what is parsed as a number: E.164 has 15 digits, people
// add spaces, hyphens and brackets.
const maxPhoneText = 40

// parsePhone reads a number that begins with + and its country code. The number
// has to have a length that its country uses; whether its prefix is in use today
// is for the operators to know, whose plans change faster than our tables.
func parsePhone(text string) (phone, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "+") {
		return "", fault.New(fault.PhoneInvalid).In("phone")
	}
	p, ok := phoneIn(text, "ZZ") // ZZ: no country
	if !ok {
		return "", fault.New(fault.PhoneInvalid).In("phone")
	}
	return p, nil
}

// phoneIn reads a number as it is dialled in a country: with or without the
// country's own code.
func phoneIn(text, country string) (phone, bool) {
	if len(text) > maxPhoneText {
		return "", false
	}
	n, err := phonenumbers.Parse(text, country)
	if err != nil || n.GetExtension() != "" || !phonenumbers.IsPossibleNumber(n) {
		return "", false
	}
	return phone(phonenumbers.Format(n, phonenumbers.E164)), true
}

// mayText reports whether we send a message to a number at all: not to those
// whose owner earns by what arrives.
func (p phone) mayText() bool {
	n, err := phonenumbers.Parse(string(p), "ZZ")
	if err != nil {
		return false
	}
	kind := phonenumbers.GetNumberType(n)
	return kind != phonenumbers.PREMIUM_RATE && kind != phonenumbers.SHARED_COST
}

// last4 are the last digits, the name of somebody who gave none.
func (p phone) last4() string { return string(p[max(1, len(p)-4):]) }

// tag is a keyed hash that marks by which number somebody was found.
func (p phone) tag(k key) []byte { return k.hash("phone", string(p))[:8] }

// country is the ISO 3166-1 code of the number's country, empty when it has
// none.
func (p phone) country() string {
	n, err := phonenumbers.Parse(string(p), "ZZ")
	if err != nil {
		return ""
	}
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == "" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if !isCountry(region) {
		return ""
	}
	return region
}

// timeZone is the zone in which the number is used, UTC when not known.
func (p phone) timeZone() string {
	n, err := phonenumbers.Parse(string(p), "ZZ")
	if err != nil {
		return "UTC"
	}
	zones, err := phonenumbers.GetTimezonesForNumber(n)
	if err != nil || len(zones) == 0 || !isTimeZone(zones[0]) {
		return "UTC"
	}
	// A mobile number of a wide country has them all, in the alphabet's order.
	main := mainZone[p.country()]
	for _, zone := range zones {
		if zone == main {
			return zone
		}
	}
	return zones[0]
}
