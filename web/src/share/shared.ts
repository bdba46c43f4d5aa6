/** What another program shared, as the worker kept it (src/sw/share.ts). */
export interface Shared {
  text: string;
  files: File[];
}

const cacheName = "shared";
const path = "/shared";

/** What waits to be put into a room; undefined when there is nothing. */
export async function readShared(): Promise<Shared | undefined> {
  if (!("caches" in window)) return undefined;
  const cache = await caches.open(cacheName);
  const answer = await cache.match(path);
  if (answer === undefined) return undefined;
  const { words, files } = (await answer.json()) as { words: string[]; files: number };
  const all = await Promise.all(
    Array.from({ length: files }, async (_, i) => {
      const kept = await cache.match(`${path}/${i}`);
      return kept === undefined ? undefined : fileOf(kept);
    }),
  );
  return { text: textOf(words), files: all.filter((f) => f !== undefined) };
}

/** It is in its room, or nobody wants it any more. */
export async function forgetShared(): Promise<void> {
  if ("caches" in window) await caches.delete(cacheName);
}

async function fileOf(kept: Response): Promise<File> {
  const name = decodeURIComponent(kept.headers.get("X-Name") ?? "");
  return new File([await kept.blob()], name, { type: kept.headers.get("Content-Type") ?? "" });
}

/** Title, text and address in lines; programs like to say one of them twice. */
export function textOf(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words.map((w) => w.trim())) {
    if (word !== "" && !lines.some((line) => line.includes(word))) lines.push(word);
  }
  return lines.join("\n");
}
