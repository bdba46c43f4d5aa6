/** One measured figure beside what is wanted of it. */
export interface Figure {
  what: string;
  value: number;
  unit: "ms" | "kB" | "MB" | "%" | "";
  wanted?: number;
  more?: string;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** "12.3 (11.0–15.2 of 9)". */
export function spread(values: readonly number[]): string {
  return `${shown(Math.min(...values))}–${shown(Math.max(...values))} of ${values.length}`;
}

export function shown(n: number): string {
  return n >= 100 ? n.toFixed(0) : n.toFixed(1);
}

/** The figures as a table of Markdown, as docs/performance.md has them. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.what,
    `${shown(f.value)} ${f.unit}`.trim(),
    f.wanted === undefined ? "" : `below ${f.wanted} ${f.unit}`.trim(),
    f.wanted === undefined ? "" : f.value < f.wanted ? "yes" : "**no**",
    f.more ?? "",
  ]);
  const head = ["What", "Figure", "Wanted", "Met", "More"];
  const all = [head, head.map(() => "---"), ...rows];
  return all.map((r) => `| ${r.join(" | ")} |`).join("\n");
}
