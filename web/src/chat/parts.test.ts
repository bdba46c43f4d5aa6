import { expect, test } from "vitest";
import { partsOf } from "./parts";

test.each([
  ["nothing to see", [{ text: "nothing to see" }]],
  ["", []],
  [
    "see https://example.com/a?b=c.",
    [
      { text: "see " },
      { text: "https://example.com/a?b=c", href: "https://example.com/a?b=c" },
      { text: "." },
    ],
  ],
  [
    "(http://example.com)이야",
    [{ text: "(" }, { text: "http://example.com)이야", href: "http://example.com)이야" }],
  ],
  [
    "javascript:alert(1) ftp://x data:text/html,x",
    [{ text: "javascript:alert(1) ftp://x data:text/html,x" }],
  ],
  ["https://", [{ text: "https://" }]],
])("links in %j", (text, parts) => {
  expect(partsOf(text)).toEqual(parts);
});

test("mentions are names, counted in UTF-16 units", () => {
  const text = "👋 @민아 보세요 https://example.com";
  expect(partsOf(text, [{ user_id: "u1", offset: 3, length: 3 }])).toEqual([
    { text: "👋 " },
    { text: "@민아", user: "u1" },
    { text: " 보세요 " },
    { text: "https://example.com", href: "https://example.com" },
  ]);
});

test("a mention outside the text or over another one is left out", () => {
  expect(partsOf("abc", [{ user_id: "u", offset: 2, length: 9 }])).toEqual([{ text: "abc" }]);
  const two = [
    { user_id: "u", offset: 0, length: 2 },
    { user_id: "v", offset: 1, length: 2 },
  ];
  expect(partsOf("abc", two)).toEqual([{ text: "ab", user: "u" }, { text: "c" }]);
});
