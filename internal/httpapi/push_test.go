package httpapi_test

import (
	"testing"

	"github.com/go-quicktest/qt"
)

// A real subscription of a browser, with its keys as RFC 8291 prints them.
var subscription = object{
	"kind": "web", "endpoint": "https://push.example.org/a", "keys": object{
		"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg==",
	},
}

func notifications(t *testing.T, s *server) {
	p := s.people(2)
	ann, ben := p[0], p[1]
	push := ann.get("/v1/push")
	qt.Check(t, qt.Equals(push.text("kinds.0"), "web"))
	qt.Check(t, qt.HasLen(push.text("web_key"), 87)) // 65 bytes
	qt.Check(t, qt.IsFalse(push.has("subscribed")))

	ann.fail(404, "push_missing", "POST", "/v1/push/test", nil)
	ann.call(204, "PUT", "/v1/push/subscription", subscription)
	qt.Check(t, qt.Equals(ann.get("/v1/push").text("subscribed"), "web"))
	ann.call(204, "PUT", "/v1/push/subscription", subscription)
	// The same browser, another person.
	ben.call(204, "PUT", "/v1/push/subscription", subscription)
	qt.Check(t, qt.IsFalse(ann.get("/v1/push").has("subscribed")))
	ben.call(204, "DELETE", "/v1/push/subscription", nil)
	ben.call(204, "DELETE", "/v1/push/subscription", nil)
	qt.Check(t, qt.IsFalse(ben.get("/v1/push").has("subscribed")))

	ann.fail(422, "push_unsupported", "PUT", "/v1/push/subscription", object{"kind": "apns", "token": "abc"})
	ann.fail(422, "push_invalid", "PUT", "/v1/push/subscription", object{"kind": "web", "endpoint": "http://push.example.org/a", "keys": subscription["keys"]})
	ann.fail(422, "push_invalid", "PUT", "/v1/push/subscription", object{"kind": "web", "endpoint": "https://push.example.org/a", "keys": object{"p256dh": "?", "auth": ""}})
	ann.fail(422, "bad_request", "PUT", "/v1/push/subscription", object{"kind": "pigeon"})

	settings := ann.get("/v1/push/settings")
	qt.Check(t, qt.IsTrue(settings.truth("preview")))
	qt.Check(t, qt.HasLen(settings.list("quiet"), 0))
	night := object{"preview": false, "quiet": []object{{"days": []int{1, 2}, "from": "22:00", "to": "07:00"}}}
	ann.call(200, "PUT", "/v1/push/settings", night)
	settings = ann.get("/v1/push/settings")
	qt.Check(t, qt.IsFalse(settings.truth("preview")))
	qt.Check(t, qt.Equals(settings.text("quiet.0.to"), "07:00"))
	ann.fail(422, "quiet_invalid", "PUT", "/v1/push/settings", object{"preview": true, "quiet": []object{{"days": []int{9}, "from": "22:00", "to": "07:00"}}})

	// Muting in the usual ways.
	room := ann.direct(ben)
	for _, mute := range []string{"1h", "8h", "morning", "always"} {
		qt.Check(t, qt.IsTrue(ann.call(200, "PATCH", "/v1/rooms/"+room, object{"mute": mute}).text("muted_until") != ""))
	}
	qt.Check(t, qt.IsFalse(ann.call(200, "PATCH", "/v1/rooms/"+room, object{"mute": "off"}).has("muted_until")))
	ann.fail(422, "bad_request", "PATCH", "/v1/rooms/"+room, object{"mute": "a while"})
}
