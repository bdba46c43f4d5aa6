import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../text";
import css from "./IndexBar.module.css";

interface Props {
  labels: readonly string[];
  /** The letter at the top of the list. */
  current: number;
  onLetter: (n: number) => void;
}

/** The least height of a letter, in pixels. */
const letterHeight = 15;

/** Letters beside a long list: a finger along them, or arrow keys, jump to those who begin with one. */
export function IndexBar({ labels, current, onLetter }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [held, setHeld] = useState<number>();
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0));
    if (bar.current !== null) observer.observe(bar.current);
    return () => observer.disconnect();
  }, []);

  function go(n: number): void {
    const to = Math.min(labels.length - 1, Math.max(0, n));
    if (held !== undefined) setHeld(to);
    onLetter(to);
  }

  function touch(e: PointerEvent): void {
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined) return;
    const n = Math.floor(((e.clientY - box.top) / box.height) * labels.length);
    const to = Math.min(labels.length - 1, Math.max(0, n));
    if (to === held) return;
    setHeld(to);
    onLetter(to);
  }

  function press(e: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowUp: current - 1,
      ArrowLeft: current - 1,
      ArrowDown: current + 1,
      ArrowRight: current + 1,
      PageUp: current - 5,
      PageDown: current + 5,
      Home: 0,
      End: labels.length - 1,
    };
    const to = steps[e.key];
    if (to === undefined) return;
    e.preventDefault();
    go(to);
  }

  return (
    <>
      <div
        ref={bar}
        class={css.bar}
        role="slider"
        tabIndex={0}
        aria-label={t("friends.index")}
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={labels.length - 1}
        aria-valuenow={current}
        aria-valuetext={labels[current]}
        onKeyDown={press}
        onPointerDown={(e) => {
          e.preventDefault();
          e.currentTarget.setPointerCapture(e.pointerId);
          touch(e);
        }}
        onPointerMove={(e) => {
          if (held !== undefined) touch(e);
        }}
        onPointerUp={() => setHeld(undefined)}
        onPointerCancel={() => setHeld(undefined)}
      >
        {fitting(labels, Math.floor(height / letterHeight)).map((sign) => (
          <span key={sign.key} class={sign.n === current ? css.current : ""} aria-hidden="true">
            {sign.text}
          </span>
        ))}
      </div>
      {held !== undefined && (
        <span class={css.bubble} aria-hidden="true">
          {labels[held]}
        </span>
      )}
    </>
  );
}

interface Sign {
  key: string;
  text: string;
  /** Of the letter; points have none. */
  n?: number;
}

/** As many letters as there is room for, with points in place of those between. */
export function fitting(labels: readonly string[], room: number): Sign[] {
  const letter = (n: number): Sign => ({ key: labels[n] ?? "", text: labels[n] ?? "", n });
  if (labels.length <= room) return labels.map((_, n) => letter(n));
  const shown = Math.max(2, Math.floor((room + 1) / 2));
  const all: Sign[] = [letter(0)];
  for (let i = 1; i < shown; i++) {
    const next = letter(Math.round((i * (labels.length - 1)) / (shown - 1)));
    all.push({ key: `before ${next.key}`, text: "·" }, next);
  }
  return all;
}
