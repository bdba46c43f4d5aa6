import { worker } from "./scope";
import { type Shell, cacheName, isPage, isShell, languagesIn, otherShells } from "./shell";

declare const builtShell: Shell; // the build puts it here (build/worker.mjs)
const shell = builtShell;
const cache = cacheName(shell.version);

/** Fetches the shell of this version; what an older one has under the same name is not fetched again. */
export async function install(): Promise<void> {
  const before = otherShells(await caches.keys(), shell.version);
  const texts = new Set<string>();
  for (const name of before) {
    const paths = (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname);
    for (const language of languagesIn(paths, shell.texts))
      for (const path of shell.texts[language] ?? []) texts.add(path);
  }
  await keep([...shell.files, ...texts]);
}

/** Puts files into this version's cache, those that are not there. */
export async function keep(paths: readonly string[]): Promise<void> {
  const own = await caches.open(cache);
  await Promise.all(
    paths.map(async (path) => {
      if ((await own.match(path)) !== undefined) return;
      const known = path.startsWith("/assets/") ? await caches.match(path) : undefined;
      // The browser's own cache may hold an older file under a name without a hash.
      const found =
        known ?? (await fetch(path, { cache: path.startsWith("/assets/") ? "default" : "reload" }));
      if (!found.ok) throw new Error(`${path}: ${found.status}`);
      await own.put(path, found);
    }),
  );
}

/** Lets go of the versions before the last one, whose pages may still be open. */
export async function clean(): Promise<void> {
  const before = otherShells(await caches.keys(), shell.version);
  await Promise.all(before.slice(0, -1).map((name) => caches.delete(name)));
}

/**
 * Answers what belongs to the shell: pages and files from the cache, so that
 * they are there at once and without network. Calls, files of people and
 * everything else go where they would go without this worker.
 */
export function answer(event: FetchEvent): void {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(url.pathname)) event.respondWith(first("/", request));
  } else if (isShell(url.pathname, shell.files)) event.respondWith(first(url.pathname, request));
}

/** The cached file, of this version before any other; else what the network gives. */
async function first(path: string, request: Request): Promise<Response> {
  const own = await caches.open(cache);
  const known = (await own.match(path)) ?? (path === "/" ? undefined : await caches.match(path));
  return known ?? fetch(request);
}
