import { signal } from "@preact/signals";
import { noteNamed } from "../device/note";

/** So many are remembered; older ones show again. */
const most = 100;
const note = noteNamed("folded");
const folded = signal(note.read()?.split("\n") ?? []);

/** Whether the reader folded this notice; another one of the room is shown. */
export function isFolded(room: string, seq: number): boolean {
  return folded.value.includes(`${room} ${seq}`);
}

/** Folds the notice on this device, or shows it again. */
export function fold(room: string, seq: number, on: boolean): void {
  const one = `${room} ${seq}`;
  const rest = folded.peek().filter((f) => f !== one);
  folded.value = (on ? [...rest, one] : rest).slice(-most);
  note.write(folded.peek().join("\n"));
}
