/** What of a keyboard event counts here. */
interface Key {
  key: string;
  code?: string;
  keyCode: number;
  shiftKey: boolean;
  altKey?: boolean;
  repeat?: boolean;
  isComposing: boolean;
  preventDefault(): void;
}

/** What of a `beforeinput` event counts here. */
interface Input {
  inputType: string;
  preventDefault(): void;
}

/** What input methods report for keys that they handle (UI Events, section 5.3.3). */
const handledKey = 229;
const hangul = /\p{Script=Hangul}$/u;

/**
 * EnterKey decides when Enter sends. For Hangul, one Enter finishes the
 * syllable and sends once; for Kana, Pinyin and Hanja that Enter only takes
 * the chosen word. Shift+Enter breaks the line, and so does Enter on keyboards
 * of touch screens, which have a button to send beside them.
 *
 * One press of the key comes in these orders; what follows "end" in brackets
 * is there for Hangul only, because its input methods finish the syllable and
 * pass the key on:
 *
 *     Chromium, Firefox   Enter 229 composing, end, [Enter 13]
 *     Chromium, elsewhere Enter 229 composing, end
 *     Safari              end, Enter 229
 *     Safari              end, [Enter 13]
 *
 * So an Enter during a composition waits for its end, an Enter 229 after one
 * belongs to what has just ended, and of several until the key comes up only
 * one sends.
 */
export class EnterKey {
  submit: () => void = () => undefined;
  readonly #touch: boolean;
  #composing = false;
  /** Enter was pressed in the composition that is going on. */
  #pressed = false;
  /** What the last composition left, until another key is pressed. */
  #ended = "";
  #down = false;
  /** This press has sent, or will in a moment; nothing more comes of it until the key is up. */
  #used = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(touch: boolean = matchMedia("(hover: none) and (pointer: coarse)").matches) {
    this.#touch = touch;
  }

  /** An input method holds a part of the text. */
  get composing(): boolean {
    return this.#composing;
  }

  keyDown(e: Key): void {
    if (!isEnter(e)) {
      this.#flush();
      // A key that an input method handles may be told after the composition that it began or ended.
      this.#pressed = false;
      this.#used = false;
      this.#ended = "";
      return;
    }
    this.#down = true;
    if (e.shiftKey || e.altKey === true || this.#touch) return;
    if (e.isComposing || this.#composing) {
      this.#pressed = true;
      if (e.keyCode !== handledKey) e.preventDefault();
      return;
    }
    if (e.keyCode === handledKey && !hangul.test(this.#ended)) return; // it took a word
    e.preventDefault();
    this.#ended = "";
    if (this.#timer !== undefined) this.#flush();
    else if (!this.#used && e.repeat !== true) {
      this.#used = true;
      this.submit();
    }
  }

  keyUp(e: Pick<Key, "key" | "code" | "keyCode">): void {
    if (!isEnter(e) && e.code !== "Enter" && e.code !== "NumpadEnter") return;
    this.#down = false;
    this.#used = false;
  }

  compositionStart(): void {
    this.#composing = true;
    this.#pressed = false;
    this.#ended = "";
  }

  compositionEnd(e: { data: string }): void {
    this.#composing = false;
    this.#ended = e.data;
    if (!this.#pressed) return;
    this.#pressed = false;
    if (!hangul.test(e.data)) return;
    this.#used = this.#down;
    // The text is complete, and in most browsers the key told again, when this turn of events is over.
    this.#timer = setTimeout(() => this.#flush(), 0);
  }

  /** Some input methods break the line after their composition without telling of a key. */
  beforeInput(e: Input): void {
    if (this.#used && (e.inputType === "insertLineBreak" || e.inputType === "insertParagraph"))
      e.preventDefault();
  }

  /** The text area lost the focus: nothing of a press is waited for. */
  blur(): void {
    this.#composing = false;
    this.#pressed = false;
    this.#down = false;
    this.#used = false;
    this.#ended = "";
  }

  /** Sends what waits for the turn of events to be over, before anything else is written. */
  #flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.submit();
  }
}

/** Input methods may hide the name of a key that they handle. */
function isEnter({ key, code, keyCode }: Pick<Key, "key" | "code" | "keyCode">): boolean {
  return key === "Enter" || (keyCode === handledKey && (code === "Enter" || code === "NumpadEnter"));
}
