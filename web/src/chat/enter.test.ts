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

const preventDefault = () => prevented++;

interface Press {
  key?: string;
  code?: string;
  keyCode?: number;
  shiftKey?: boolean;
  repeat?: boolean;
  isComposing?: boolean;
}

function press(more: Press = {}): void {
  const plain = { key: "Enter", code: "Enter", keyCode: 13, shiftKey: false, isComposing: false };
  enter.keyDown({ ...plain, ...more, preventDefault });
}

const release = (): void => enter.keyUp({ key: "Enter", code: "Enter", keyCode: 13 });
const letter = (): void => press({ key: "a", code: "KeyA", keyCode: 229 });

/** A composition that ends with some text after Enter was pressed in it, as Chromium and Firefox tell it. */
function compose(data: string): void {
  letter();
  enter.compositionStart();
  press({ isComposing: true, keyCode: 229 });
  enter.compositionEnd({ data });
}

/** The same as Safari tells it: the key comes when the composition is over. */
function composeInSafari(data: string): void {
  enter.compositionStart();
  letter();
  enter.compositionEnd({ data });
  press({ keyCode: 229 });
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
    compose("녕");
    vi.runAllTimers();
    expect([sent, prevented]).toEqual([0, 0]);
  });

  test("sends once however long it is held", () => {
    press();
    press({ repeat: true });
    press({ repeat: true });
    expect([sent, prevented]).toEqual([1, 3]);
    release();
    press();
    expect(sent).toBe(2);
  });
});

describe("Enter while Hangul is composed", () => {
  test("sends once, when the syllable is finished", () => {
    compose("녕");
    expect(sent).toBe(0);
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("sends once where the key is told again, before or after this turn of events", () => {
    compose("녕");
    press();
    vi.runAllTimers();
    expect([sent, prevented]).toEqual([1, 1]);
    release();
    compose("녕");
    vi.runAllTimers();
    press();
    expect([sent, prevented]).toEqual([2, 2]);
  });

  test("sends once in Safari, under either name of the key", () => {
    composeInSafari("녕");
    press();
    release();
    vi.runAllTimers();
    expect(sent).toBe(1);
    enter.compositionStart();
    enter.compositionEnd({ data: "녕" });
    press();
    release();
    expect(sent).toBe(2);
  });

  test("counts where the input method hides its name", () => {
    enter.compositionStart();
    press({ key: "Process", keyCode: 229, isComposing: true });
    enter.compositionEnd({ data: "ㅋ" });
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("counts where the browser does not tell that there is a composition", () => {
    enter.compositionStart();
    press();
    expect([sent, prevented]).toEqual([0, 1]);
    enter.compositionEnd({ data: "요" });
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("and pressed again at once sends nothing more", () => {
    compose("녕");
    release();
    press(); // before the text was sent
    release();
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("sends before the next syllable is begun", () => {
    compose("녕");
    letter();
    expect(sent).toBe(1);
    enter.compositionStart();
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("keeps out the line that some input methods break by themselves", () => {
    compose("녕");
    enter.beforeInput({ inputType: "insertLineBreak", preventDefault });
    expect(prevented).toBe(1);
    vi.runAllTimers();
    release();
    enter.beforeInput({ inputType: "insertLineBreak", preventDefault });
    expect(prevented).toBe(1);
  });

  test("does nothing when the syllable was finished otherwise", () => {
    enter.compositionStart();
    letter();
    enter.compositionEnd({ data: "안" });
    vi.runAllTimers();
    expect(sent).toBe(0);
    enter.compositionStart();
    press({ isComposing: true, keyCode: 229 }); // it chose among candidates, and the composition goes on
    letter();
    enter.blur();
    enter.compositionEnd({ data: "안" });
    vi.runAllTimers();
    expect(sent).toBe(0);
  });

  test("takes nothing from the next press when the key came up before the end", () => {
    enter.compositionStart();
    press({ isComposing: true, keyCode: 229 });
    release();
    enter.compositionEnd({ data: "녕" });
    vi.runAllTimers();
    expect(sent).toBe(1);
    press();
    expect(sent).toBe(2);
  });
});

describe("Enter while candidates are open", () => {
  test.each(["東京", "とうきょう", "トーキョー", "北京", "nihao", "漢字", "漢字(한자)"])(
    "only takes %s",
    (word) => {
      compose(word);
      release();
      vi.runAllTimers();
      expect(sent).toBe(0);
      press();
      expect(sent).toBe(1);
    },
  );

  test("only takes the word in Safari", () => {
    composeInSafari("東京");
    release();
    vi.runAllTimers();
    expect(sent).toBe(0);
    press();
    expect(sent).toBe(1);
  });

  test("sends where the input method passes the key on", () => {
    compose("được");
    press();
    vi.runAllTimers();
    expect(sent).toBe(1);
  });

  test("sends nothing when it is held", () => {
    compose("東京");
    press({ repeat: true });
    vi.runAllTimers();
    expect(sent).toBe(0);
  });
});
