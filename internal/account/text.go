package account

import (
	"strings"

	"golang.org/x/text/language"
)

// The text of a code in each language. The code stands early, where a
// notification shows it, and the warning is part of the message because that is
// where people look when somebody asks them for the code.
var codeTexts = []struct {
	tag  language.Tag
	text string
}{
	{language.English, "Madang code: {code}. Valid for 3 minutes. Never give it to anybody."},
	{language.Korean, "마당 인증번호 {code} (3분 안에 입력). 누구에게도 알려주지 마세요."},
	{language.Japanese, "Madang 認証コード: {code} (3分間有効)。だれにも教えないでください。"},
	{language.SimplifiedChinese, "Madang 验证码：{code}，3分钟内有效。请勿告诉任何人。"},
	{language.TraditionalChinese, "Madang 驗證碼：{code}，3分鐘內有效。請勿告訴任何人。"},
	{language.Spanish, "Código de Madang: {code}. Válido durante 3 minutos. No se lo des a nadie."},
	{language.Portuguese, "Código do Madang: {code}. Válido por 3 minutos. Não o passe a ninguém."},
	{language.Indonesian, "Kode Madang: {code}. Berlaku 3 menit. Jangan berikan kepada siapa pun."},
	{language.Thai, "รหัส Madang: {code} ใช้ได้ 3 นาที อย่าบอกรหัสนี้กับใคร"},
	{language.Vietnamese, "Mã Madang: {code}. Có hiệu lực trong 3 phút. Đừng đưa mã này cho bất kỳ ai."},
	{language.German, "Madang-Code: {code}. 3 Minuten gültig. Niemandem weitergeben."},
	{language.French, "Code Madang : {code}. Valable 3 minutes. Ne le donnez à personne."},
}

var codeMatcher = func() language.Matcher {
	tags := make([]language.Tag, len(codeTexts))
	for i := range codeTexts {
		tags[i] = codeTexts[i].tag
	}
	return language.NewMatcher(tags)
}()

// codeText is the message that brings a code, in the language that comes
// closest.
func codeText(tag, code string) string {
	_, i, _ := codeMatcher.Match(language.Make(tag))
	return strings.Replace(codeTexts[i].text, "{code}", code, 1)
}
