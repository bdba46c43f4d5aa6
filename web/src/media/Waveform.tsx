import css from "./Waveform.module.css";
import { barsOf } from "./waveform";

/** Bars of a waveform; of 3 units each, 2 of them drawn. */
const bars = 36;
const high = 28;

/** The path of all bars: round strokes, none lower than a dot. */
function pathOf(waveform: readonly number[]): string {
  return barsOf(waveform, bars)
    .map((v, i) => {
      const half = Math.max(0.5, (v / 255) * (high / 2 - 1));
      return `M${i * 4 + 2} ${high / 2 - half}v${half * 2}`;
    })
    .join("");
}

interface Props {
  waveform: readonly number[];
  /** Part that was heard, 0 to 1. */
  heard: number;
}

/** The loudness of a recording, and how far it was heard. */
export function Waveform({ waveform, heard }: Props) {
  const path = pathOf(waveform);
  const width = bars * 4;
  return (
    <svg class={css.wave} viewBox={`0 0 ${width} ${high}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
      <svg width={width * heard} height={high} overflow="hidden">
        <path class={css.heard} d={path} />
      </svg>
    </svg>
  );
}
