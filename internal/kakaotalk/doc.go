// Package kakaotalk answers what a conversation exported from KakaoTalk holds.
//
// Every KakaoTalk client can write a conversation to a text file ("대화 내용
// 내보내기"). [Parse] reads such a file as a stream and gives its messages,
// joins and leaves one by one, in the order of the file and in bounded memory.
// The files have no published format. What follows is what the clients write,
// gathered from public programs that read them and from their tests:
// zeikar/kakaotalk-viewer (src/parser), uoneway/kakaotalk_msg_preprocessor,
// suziewithz/kakaoship on GitHub.
//
// # Head
//
// All text files begin with a title or file name and the date of saving:
//
//	하늘 님과 카카오톡 대화            (also: 님과의, or a group's title before 카카오톡 대화)
//	저장한 날짜 : 2024-12-10 09:00:00   (Windows; phones write their own date form)
//
//	KakaoTalk Chats with Sky          (Windows: Sky with KakaoTalk Chats)
//	Date Saved : October 12, 2020, 8:00 PM
//
//	Talk_2025.10.14 20:00-1.txt       (iOS)
//	저장한 날짜 : 2025. 10. 14. 오후 8:00
//
// # Lines
//
// Windows (Korean and English; with a 24-hour clock just 14:30). Joins and
// leaves stand on lines of their own that carry no time:
//
//	--------------- 2024년 12월 9일 월요일 ---------------
//	하늘님이 바다님을 초대했습니다.
//	[하늘] [오후 2:30] 글
//	--------------- Monday, December 9, 2024 ---------------
//	[Sky] [2:30 PM] text
//
// Android, Korean. A new day begins with a line that holds only a time. Real
// files end each entry with CR LF, and a line break inside a message is a bare
// LF, which tells a message that quotes an export from the export itself:
//
//	2011년 10월 18일 오후 3:27
//	2011년 10월 18일 오후 3:27, 하늘 : 글
//	2011년 10월 18일 오후 3:28, 바다님이 나갔습니다.
//
// Android, English:
//
//	October 12, 2020, 6:49 AM
//	October 12, 2020, 6:49 AM, Sky : text
//
// iOS, and newer phones. A colon after the time marks a line of the client
// itself. English files write "Oct 14, 2025 at 9:30 AM", with a narrow
// no-break space before AM on newer systems:
//
//	2025년 10월 14일 화요일
//	2025. 10. 14. 오전 9:30, 하늘 : 글
//	2025. 10. 14. 09:31: 바다님이 들어왔습니다.
//
// Old iOS files give the day once and then only times:
//
//	2014년 12월 29일 월요일
//	오후 8:36, 하늘 : 글
//
// Mac: a CSV with a byte order mark and quoted fields:
//
//	Date,User,Message
//	2021-12-29 20:36:00,"하늘","글"
//
// # What belongs to a message
//
// A file has one form, found at its start; a line of another form is text of
// the message before it. Where a line can be read in two ways these rules
// decide. They look only at what came before (and, for lines that hold just a
// day, at the next line), so that a later and longer export of the same
// conversation reads the same way:
//
//   - A line that does not fit the form wholly (an impossible time, no space
//     after the brackets) is text.
//   - In a file whose entries end with CR LF, a line after a bare LF is text.
//   - A head that goes back in time and repeats a line of this file letter by
//     letter is a quotation that somebody pasted: text.
//   - A day line that goes back is text. A line with only a day or a time on it
//     is a day line if the next line is a message of that day.
//   - A line with a time but no speaker is the client's own if it is a known
//     sentence or ends like one; otherwise it is text.
//   - A name ends at the first " : " (Windows: at the first bracket pair that
//     holds a time). A name that itself holds " : " is known from the title of
//     a direct conversation or from a join or an invitation.
//   - Windows writes joins and leaves as bare sentences; such a sentence is one
//     wherever it stands. Only plain English ones inside a message ("Sky left.")
//     must be about somebody who was met before.
//   - A message that is just "사진", "Photo" and the like is that kind; a person
//     who typed the word cannot be told apart.
//
// Blank lines inside a message are kept, those after it are not. No line is
// lost: each is counted in [LineCounts], and those that fit badly are listed in
// [Report].
package kakaotalk
