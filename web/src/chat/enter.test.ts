import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EnterKey } from "./enter";

let sent: number;
let prevented: number;
let enter: EnterKey;

beforeEach(() => {
  vi.useFakeTimers();
  sent = 0;
  prevented = 0;
  enter = new EnterKey(false);
  enter.submit = () => sent++;
});

afterEach(() => vi.useRealTimers());

function press(
  more: { key?: string; code?: string; keyCode?: number; shiftKey?: boolean; isComposing?: boolean } = {},
): void {
  enter.keyDown({
    key: "Enter",
    code: "Enter",
    keyCode: 13,
    shiftKey: false,
    isComposing: false,
    ...more,
    preventDefault: () => prevented++,
  });
}

describe("Enter", () => {
  test("sends, and does not break the line as well", () => {
    press();
    expect([sent, prevented]).toEqual([1, 1]);
  });

  test("with Shift breaks the line", () => {
    press({ shiftKey: true });
    expect([sent, prevented]).toEqual([0, 0]);
  });

  test("breaks the line on a touch screen, which has a button to send", () => {
    enter = new EnterKey(true);
    enter.submit = () => sent++;
    press();
    expect([sent, prevented]).toEqual([0, 0]);
  });

  test("during a Hangul composition sends once, when the syllable is finished", () => {
    press({ isComposing: true, keyCode: 229 });
    expect(sent).toBe(0);
    enter.compositionEnd({ data: "녕" });
    expect(sent).toBe(0);
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("sends once where the key is told again after the composition", () => {
    press({ isComposing: true, keyCode: 229 });
    enter.compositionEnd({ data: "녕" });
    press();
    vi.runAllTimers();
    expect([sent, prevented]).toEqual([1, 1]);
  });

  test("counts as pressed where the input method hides its name", () => {
    press({ key: "Process", keyCode: 229, isComposing: true });
    enter.compositionEnd({ data: "ㅋ" });
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("only takes the chosen word in Japanese and Chinese", () => {
    press({ isComposing: true, keyCode: 229 });
    enter.compositionEnd({ data: "東京" });
    vi.runAllTimers();
    expect(sent).toBe(0);
    press();
    expect(sent).toBe(1);
  });

  test("sends nothing for other keys and for compositions that end without it", () => {
    press({ key: "a", code: "KeyA", keyCode: 229, isComposing: true });
    enter.compositionEnd({ data: "안" });
    vi.runAllTimers();
    expect(sent).toBe(0);
  });
});
