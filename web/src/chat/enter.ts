/** What of a keyboard event counts here. */
interface Key {
  key: string;
  code?: string;
  keyCode: number;
  shiftKey: boolean;
  isComposing: boolean;
  preventDefault(): void;
}

/** What input methods report for keys that they handle (UI Events, section 5.3.3). */
const handledKey = 229;
const hangul = /[ㄱ-ㆎ가-힣]$/;

/**
 * EnterKey decides when Enter sends. It never does while an input method is
 * composing: for Hangul the syllable is finished first and then sent once; for
 * Japanese and Chinese that Enter only takes the chosen word. Shift+Enter
 * breaks the line, and so does Enter on keyboards of touch screens, which have
 * a button to send beside them.
 */
export class EnterKey {
  submit: () => void = () => undefined;
  #pressed = false;
  readonly #touch: boolean;

  constructor(touch: boolean = matchMedia("(hover: none) and (pointer: coarse)").matches) {
    this.#touch = touch;
  }

  keyDown(e: Key): void {
    const enter =
      e.key === "Enter" || (e.keyCode === handledKey && (e.code === "Enter" || e.code === "NumpadEnter"));
    if (!enter || e.shiftKey || this.#touch) return;
    if (e.isComposing || e.keyCode === handledKey) {
      this.#pressed = true;
      return;
    }
    e.preventDefault();
    // Some browsers tell of the key again after the composition; that one has sent already.
    if (this.#pressed) return;
    this.submit();
  }

  compositionEnd(e: { data: string }): void {
    if (!this.#pressed) return;
    const send = hangul.test(e.data);
    // The text is complete, and the key told again, when this turn of events is over.
    setTimeout(() => {
      this.#pressed = false;
      if (send) this.submit();
    }, 0);
  }
}
