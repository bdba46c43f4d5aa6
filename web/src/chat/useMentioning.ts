import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { matching } from "../friends/matching";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import type { Mention } from "../wire/types";
import { type Begun, type Mentioned, begunAt, mentionsIn } from "./mentions";

/** So many are offered; who is not among them is found by writing more. */
const most = 20;

export interface Mentioning {
  /** Who can be meant by what is being written; empty while no list is shown. */
  people: readonly Mentioned[];
  /** The one that Enter takes. */
  at: number;
  /** Looks whether a name is being written where the writer is. */
  look: () => void;
  close: () => void;
  choose: (person: Mentioned) => void;
  /** Moves in the list; says whether the key was for it. */
  keyDown: (e: KeyboardEvent) => boolean;
  /** The mentions in a finished text. */
  of: (text: string) => Mention[];
}

/** Offers the members of a group while "@" and a name are written, and knows who was chosen. */
export function useMentioning(room: LiveRoom, area: RefObject<HTMLTextAreaElement | null>): Mentioning {
  const session = useSession();
  const me = session.me.value?.id;
  const [begun, setBegun] = useState<Begun>();
  const [at, setAt] = useState(0);
  const chosen = useRef<Mentioned[]>([]);
  /** Where the list was closed by hand; it stays closed for that @. */
  const closed = useRef(-1);

  const members = (): Mentioned[] =>
    room.info.value.kind !== "group"
      ? []
      : [...room.members.value.values()]
          .filter((m) => m.user_id !== me && m.placeholder !== true)
          .map((m) => ({ ...session.people.get(m.user_id).value, id: m.user_id, name: m.name }));
  const people = begun === undefined ? [] : matching(members(), begun.query).slice(0, most);

  function look(): void {
    const { value, selectionStart, selectionEnd } = area.current ?? {
      value: "",
      selectionStart: 0,
      selectionEnd: 0,
    };
    const next = selectionStart === selectionEnd ? begunAt(value, selectionStart) : undefined;
    if (next === undefined) closed.current = -1;
    const open = next?.from === closed.current ? undefined : next;
    if (open?.from !== begun?.from || open?.query !== begun?.query) {
      setBegun(open);
      setAt(0);
    }
  }

  function close(): void {
    closed.current = begun?.from ?? -1;
    setBegun(undefined);
  }

  function choose(person: Mentioned): void {
    const field = area.current;
    if (field === null || begun === undefined) return;
    chosen.current.push({ id: person.id, name: person.name });
    field.setRangeText(`@${person.name} `, begun.from, begun.to, "end");
    close(); // the name is written; what follows it is not looked for
    field.focus();
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
  }

  function keyDown(e: KeyboardEvent): boolean {
    const person = people[at];
    if (person === undefined || e.isComposing) return false;
    if (e.key === "ArrowDown") setAt((at + 1) % people.length);
    else if (e.key === "ArrowUp") setAt((at + people.length - 1) % people.length);
    else if (e.key === "Tab" && !e.shiftKey) choose(person);
    else if (e.key === "Escape") close();
    else return false;
    e.preventDefault();
    return true;
  }

  return {
    people,
    at: Math.min(at, Math.max(0, people.length - 1)),
    look,
    close,
    choose,
    keyDown,
    of: (text) => mentionsIn(text, chosen.current, members()),
  };
}
