import { snippet } from "./snippet";

/** A line of text with what was looked for marked. */
export function Marked({ text, wanted }: { text: string; wanted: string }) {
  return <>{snippet(text, wanted).map((p) => (p.hit ? <mark key={p.at}>{p.text}</mark> : p.text))}</>;
}
