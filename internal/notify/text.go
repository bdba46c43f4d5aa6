package notify

import (
	"fmt"

	"golang.org/x/text/language"

	"madang/internal/wire"
)

// words are what notifications say in one language.
type words struct {
	message string // in place of one that is not to be shown
	photo   string
	photos  string // %d of them, 2 or more
	video   string
	voice   string
	file    string
	contact string
	place   string
	emoti   string
	card    string
	works   string // of a test
}

// The languages of the platform. The first one stands in for all others.
var (
	languages = []language.Tag{
		language.English, language.Korean, language.Japanese, language.SimplifiedChinese, language.TraditionalChinese,
		language.Spanish, language.German, language.French, language.Thai, language.Turkish,
	}
	matcher = language.NewMatcher(languages)
	texts   = []words{
		{
			"New message", "Photo", "%d photos", "Video", "Voice message", "File", "Contact", "Location", "Emoticon", "Card",
			"Notifications reach this device.",
		},
		{
			"새 메시지", "사진", "사진 %d장", "동영상", "음성 메시지", "파일", "연락처", "위치", "이모티콘", "카드",
			"이 기기에서 알림을 받을 수 있습니다.",
		},
		{
			"新しいメッセージ", "写真", "写真%d枚", "動画", "ボイスメッセージ", "ファイル", "連絡先", "位置情報", "スタンプ", "カード",
			"この端末で通知を受け取れます。",
		},
		{
			"新消息", "图片", "%d 张图片", "视频", "语音消息", "文件", "名片", "位置", "表情", "卡片",
			"此设备可以收到通知。",
		},
		{
			"新訊息", "照片", "%d 張照片", "影片", "語音訊息", "檔案", "聯絡資訊", "位置", "貼圖", "卡片",
			"此裝置可以收到通知。",
		},
		{
			"Mensaje nuevo", "Foto", "%d fotos", "Vídeo", "Mensaje de voz", "Archivo", "Contacto", "Ubicación", "Emoticono", "Tarjeta",
			"Las notificaciones llegan a este dispositivo.",
		},
		{
			"Neue Nachricht", "Foto", "%d Fotos", "Video", "Sprachnachricht", "Datei", "Kontakt", "Standort", "Emoticon", "Karte",
			"Benachrichtigungen kommen auf diesem Gerät an.",
		},
		{
			"Nouveau message", "Photo", "%d photos", "Vidéo", "Message vocal", "Fichier", "Contact", "Position", "Émoticône", "Carte",
			"Les notifications arrivent sur cet appareil.", //nolint:misspell // French,
		},
		{
			"ข้อความใหม่", "รูปภาพ", "รูปภาพ %d รูป", "วิดีโอ", "ข้อความเสียง", "ไฟล์", "รายชื่อติดต่อ", "ตำแหน่ง", "อีโมติคอน", "การ์ด",
			"อุปกรณ์นี้รับการแจ้งเตือนได้แล้ว",
		},
		{
			"Yeni mesaj", "Fotoğraf", "%d fotoğraf", "Video", "Sesli mesaj", "Dosya", "Kişi", "Konum", "İfade", "Kart",
			"Bildirimler bu cihaza ulaşıyor.",
		},
	}
)

// wordsFor gives the words of a person's language (BCP 47), or of the nearest one
// that there is.
func wordsFor(tag string) *words {
	_, i := language.MatchStrings(matcher, tag)
	return &texts[i]
}

// Say puts a message into words.
func (w *words) Say(c *wire.Content) string {
	label, detail := w.message, c.Text // a type that is not known here
	switch c.Type {
	case wire.TypeText:
		return c.Text
	case wire.TypePhoto:
		if label = w.photo; len(c.Photos) > 1 {
			label = fmt.Sprintf(w.photos, len(c.Photos))
		}
	case wire.TypeVideo:
		label = w.video
	case wire.TypeVoice:
		label = w.voice
	case wire.TypeFile:
		if label = w.file; detail == "" && c.File != nil {
			detail = c.File.Name
		}
	case wire.TypeContact:
		if label = w.contact; c.Contact != nil {
			detail = c.Contact.Name
		}
	case wire.TypePlace:
		if label = w.place; c.Place != nil {
			detail = c.Place.Name
		}
	case wire.TypeEmoticon:
		label = w.emoti
	case wire.TypeCard:
		if label = w.card; c.Card != nil {
			return c.Card.Title
		}
	}
	if detail == "" {
		return label
	}
	return label + ": " + detail
}
