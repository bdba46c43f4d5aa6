package account

import "madang/internal/words"

// codeText is the message that brings a code, in the language that comes
// closest. The code stands early, where a notification shows it, and the warning
// is part of the message because that is where people look when somebody asks
// them for the code.
func codeText(tag, code string) string {
	return words.In(tag).With(words.Code, map[string]string{"Code": code})
}
