package push

import (
	"crypto/ecdh"
	"encoding/base64"
	"testing"

	"github.com/go-quicktest/qt"
)

func decode(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	qt.Assert(t, qt.IsNil(err))
	return b
}

// The example of RFC 8291, section 5 and appendix A.
func TestEncryptAsTheStandardDoes(t *testing.T) {
	key, err := ecdh.P256().NewPrivateKey(decode(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	qt.Assert(t, qt.IsNil(err))
	device := &Subscription{
		P256dh: decode(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
		Auth:   decode(t, "BTBZMqHH6r4Tts7J_aSIgg"),
	}
	salt := [16]byte(decode(t, "DGv6ra1nlYgDCS1FRnbzlw"))
	message := []byte("When I grow up, I want to be a watermelon")
	got, err := encryptWith(message, device, key, salt, len(message)+1)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(base64.RawURLEncoding.EncodeToString(got), "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"+
		"Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"))
}

func BenchmarkEncrypt(b *testing.B) {
	raw := make([]byte, 32)
	raw[31] = 9
	key, err := ecdh.P256().NewPrivateKey(raw)
	qt.Assert(b, qt.IsNil(err))
	s := &Subscription{P256dh: key.PublicKey().Bytes(), Auth: make([]byte, 16)}
	message := make([]byte, 300)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := Encrypt(message, s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
