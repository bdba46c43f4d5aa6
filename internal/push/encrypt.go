package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// padTo is the step in which messages are made longer, so that their length says
// little about them.
const padTo = 256

// Encrypt encrypts a message for one device as a body of content encoding
// aes128gcm (RFC 8291, section 3; RFC 8188, section 2), in one record.
func Encrypt(message []byte, s *Subscription) ([]byte, error) {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	var salt [16]byte
	rand.Read(salt[:])
	return encryptWith(message, s, key, salt, padTo)
}

func encryptWith(message []byte, s *Subscription, key *ecdh.PrivateKey, salt [16]byte, step int) ([]byte, error) {
	device, err := ecdh.P256().NewPublicKey(s.P256dh)
	if err != nil {
		return nil, fmt.Errorf("key of the device: %w", err)
	}
	shared, err := key.ECDH(device)
	if err != nil {
		return nil, fmt.Errorf("key of the device: %w", err)
	}
	public := key.PublicKey().Bytes()
	info := "WebPush: info\x00" + string(s.P256dh) + string(public)
	secret, err := hkdf.Key(sha256.New, shared, s.Auth, info, 32)
	if err != nil {
		return nil, err
	}
	start, err := hkdf.Extract(sha256.New, secret, salt[:])
	if err != nil {
		return nil, err
	}
	content, err := hkdf.Expand(sha256.New, start, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Expand(sha256.New, start, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(content)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	// The last record ends with 2 and as many zeros as one likes.
	plain := make([]byte, (len(message)+step)/step*step)
	copy(plain, message)
	plain[len(message)] = 2
	b := make([]byte, 0, 16+4+1+len(public)+len(plain)+gcm.Overhead())
	b = append(b, salt[:]...)
	b = binary.BigEndian.AppendUint32(b, recordSize)
	b = append(b, byte(len(public)))
	b = append(b, public...)
	return gcm.Seal(b, nonce, plain, nil), nil
}

// recordSize is larger than any record of ours.
const recordSize = 4096
