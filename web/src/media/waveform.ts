/** Values of a waveform, as the server has them: 0 to 255. */
export const waveformValues = 64;

/** The waveform in so many bars, each the loudest of its part. */
export function barsOf(waveform: readonly number[], bars: number): number[] {
  if (waveform.length === 0) return Array<number>(bars).fill(0);
  return Array.from({ length: bars }, (_, i) => {
    const from = Math.floor((i * waveform.length) / bars);
    const to = Math.max(from + 1, Math.floor(((i + 1) * waveform.length) / bars));
    return Math.max(...waveform.slice(from, to));
  });
}

/**
 * The waveform of a recording from the levels that were measured while it was
 * made, 0 to 1 and any number of them. The loudest part fills the height, so
 * that a quiet voice can be seen, too; a recording of silence stays flat.
 */
export function waveformOf(levels: readonly number[]): number[] {
  if (levels.length === 0) return Array<number>(waveformValues).fill(0);
  const loudest = Math.max(...levels);
  if (loudest < 0.01) return Array<number>(waveformValues).fill(0);
  return barsOf(levels, waveformValues).map((level) => Math.round((Math.max(0, level) / loudest) * 255));
}
