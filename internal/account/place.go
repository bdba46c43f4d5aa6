package account

import (
	"time"
	_ "time/tzdata" // zones also where the system has none

	"golang.org/x/text/language"
)

// mainZone is where most people live in countries with several time zones whose
// mobile numbers do not tell them apart.
var mainZone = map[string]string{
	"AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CD": "Africa/Kinshasa",
	"CL": "America/Santiago", "CN": "Asia/Shanghai", "CY": "Asia/Nicosia", "DE": "Europe/Berlin",
	"EC": "America/Guayaquil", "ES": "Europe/Madrid", "FM": "Pacific/Pohnpei", "FR": "Europe/Paris",
	"GB": "Europe/London", "GL": "America/Nuuk", "ID": "Asia/Jakarta", "IT": "Europe/Rome",
	"KI": "Pacific/Tarawa", "KZ": "Asia/Almaty", "MH": "Pacific/Majuro", "MN": "Asia/Ulaanbaatar",
	"MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo",
	"NZ": "Pacific/Auckland", "PG": "Pacific/Port_Moresby", "PF": "Pacific/Tahiti", "PS": "Asia/Gaza",
	"PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York",
	"UZ": "Asia/Tashkent", "VN": "Asia/Ho_Chi_Minh",
}

// isTimeZone reports whether name is a zone of the IANA database. "Local" is
// the server's own and nobody's.
func isTimeZone(name string) bool {
	if name == "" || name == "Local" || len(name) > 64 {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// isCountry reports whether code is an ISO 3166-1 alpha-2 code in upper case.
func isCountry(code string) bool {
	if len(code) != 2 {
		return false
	}
	region, err := language.ParseRegion(code)
	return err == nil && region.IsCountry() && region.String() == code
}

// canonicalLanguage gives a BCP 47 tag its canonical form; false when it is none.
func canonicalLanguage(tag string) (string, bool) {
	if len(tag) > 35 {
		return "", false
	}
	parsed, err := language.Parse(tag)
	if err != nil || parsed == language.Und {
		return "", false
	}
	return parsed.String(), true
}

// languageOf is the language most spoken in a country, English when not known.
// Chinese goes with its script.
func languageOf(country string) string {
	tag, err := language.Parse("und-" + country)
	if country == "" || err != nil {
		return "en"
	}
	base, _ := tag.Base()
	if base.String() == "zh" {
		script, _ := tag.Script()
		return "zh-" + script.String()
	}
	return base.String()
}
