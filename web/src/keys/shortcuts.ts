/** What a shortcut of the keyboard asks for. */
export type Act = "find" | "next" | "previous" | "next-unread" | "previous-unread" | "back" | "help";

/** The part of a KeyboardEvent that is looked at. */
export type Press = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode"
>;

export interface Surroundings {
  mac: boolean;
  /** The focus is where letters are written. */
  writing: boolean;
  /** Single letters do something (WCAG 2.2, 2.1.4: a person can turn that off). */
  letters: boolean;
}

/** The shortcut behind a press of keys, if there is one. */
export function actOf(press: Press, { mac, writing, letters }: Surroundings): Act | undefined {
  // An input method that is putting a word together has its own use for keys; 229 is what older ones send.
  if (press.isComposing || press.keyCode === 229) return undefined;
  const main = mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
  const none = !press.ctrlKey && !press.metaKey && !press.altKey;
  if (main && !press.altKey && !press.shiftKey) {
    if (press.key.toLowerCase() === "k") return "find";
    if (press.key === "/") return "help";
  }
  if (press.altKey && !press.ctrlKey && !press.metaKey) {
    if (press.key === "ArrowDown") return press.shiftKey ? "next-unread" : "next";
    if (press.key === "ArrowUp") return press.shiftKey ? "previous-unread" : "previous";
  }
  if (none && press.key === "Escape") return "back";
  if (none && press.key === "?" && letters && !writing) return "help";
  return undefined;
}

/**
 * The room before (-1) or after (1) one in a list; of none the first or the
 * last. Undefined where the list ends.
 */
export function neighbour<T>(
  list: readonly T[],
  here: T | undefined,
  step: 1 | -1,
  wanted: (item: T) => boolean = () => true,
): T | undefined {
  const at = here === undefined ? -1 : list.indexOf(here);
  let i = at === -1 && step === -1 ? list.length - 1 : at + step;
  for (; i >= 0 && i < list.length; i += step) {
    const item = list[i];
    if (item !== undefined && wanted(item)) return item;
  }
  return undefined;
}

/** Where this browser keeps that single letters do nothing. */
const keptAs = "shortcuts.letters";

export function lettersOn(): boolean {
  return localStorage.getItem(keptAs) !== "off";
}

export function turnLetters(on: boolean): void {
  if (on) localStorage.removeItem(keptAs);
  else localStorage.setItem(keptAs, "off");
}

export function onMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
