import { expect, test } from "vitest";
import { bare, emojiOnly } from "./emoji";

test.each([
  ["😀", 1],
  ["😀 😀", 2],
  ["❤️", 1],
  ["👍🏽👍🏿", 2],
  ["👩‍👩‍👧‍👦", 1],
  ["🏳️‍🌈🇰🇷🏴󠁧󠁢󠁳󠁣󠁴󠁿", 3],
  ["1️⃣", 1],
  ["🎉🎉🎉🎉🎉🎉", 6],
])("%s is nothing but emoji", (text, n) => expect(emojiOnly(text)).toBe(n));

test.each(["", "안녕 👋", "1", "123", "#", "©", "ㅋㅋ", "🎉🎉🎉🎉🎉🎉🎉", ":)", "a😀"])(
  "%s is text",
  (text) => expect(emojiOnly(text)).toBe(0),
);

test("an answer keeps its bubble, with what it answers", () => {
  expect(bare({ type: "text", text: "👍" })).toBe(true);
  expect(bare({ type: "text", text: "👍", reply_to: 3 })).toBe(false);
  expect(bare({ type: "emoticon", emoticon: { pack: "madang", id: "hello" } })).toBe(true);
  expect(bare({ type: "emoticon", deleted: true })).toBe(false);
});
