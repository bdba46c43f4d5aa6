import { expect, test } from "vitest";
import { snippet } from "./snippet";

const marked = (text: string, wanted: string): string =>
  snippet(text, wanted)
    .map((p) => (p.hit ? `[${p.text}]` : p.text))
    .join("");

test("hits are marked, whatever their case, and by first consonants", () => {
  expect(marked("See you at the Yard, in the yard", "yard")).toBe("See you at the [Yard], in the [yard]");
  expect(marked("내일 회의 있어요", "ㅎㅇ")).toBe("내일 [회의] 있어요");
  expect(marked("소풍 도시락", '"도시락" 소풍')).toBe("[소풍] [도시락]");
});

test("a long text begins a little before the first hit, on one line", () => {
  const long = `${"가나다라 ".repeat(20)}\n여기 찾는 말`;
  expect(marked(long, "찾는")).toMatch(/^….{16}\[찾는\] 말$/);
});

test("without a hit the text stands from its beginning", () => {
  expect(marked("안녕하세요", "dkssud")).toBe("안녕하세요");
  expect(marked("a", "")).toBe("a");
});
