import { expect, test } from "vitest";
import { textOf } from "./shared";

test("title, text and address are lines, none of them twice", () => {
  expect(textOf(["News", "Look at this", "https://example.com/a"])).toBe(
    "News\nLook at this\nhttps://example.com/a",
  );
  expect(textOf(["", "Look: https://example.com/a", "https://example.com/a"])).toBe(
    "Look: https://example.com/a",
  );
  expect(textOf([" ", ""])).toBe("");
});
