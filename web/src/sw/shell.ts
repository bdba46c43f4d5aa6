/**
 * The shell: the files without which the client does not start. All but
 * index.html have a hash of what is in them in their names, so that whatever
 * has the name is the right file, of whichever version.
 */

/** What the build says of itself. */
export interface Shell {
  /** A hash of everything below. */
  version: string;
  /** Paths that every client needs, "/" among them. */
  files: readonly string[];
  /** What there is for each language, as its texts; a client needs that of one. */
  texts: Readonly<Record<string, readonly string[]>>;
}

const prefix = "shell-";

export function cacheName(version: string): string {
  return prefix + version;
}

/** The caches of other versions; the order is that in which they were made. */
export function otherShells(names: readonly string[], version: string): string[] {
  return names.filter((name) => name.startsWith(prefix) && name !== cacheName(version));
}

/** The languages whose texts an older cache holds: those in use here. */
export function languagesIn(paths: readonly string[], texts: Shell["texts"]): string[] {
  return Object.keys(texts).filter((language) =>
    paths.some((path) => path.startsWith(`/assets/${language}-`) && path.endsWith(".js")),
  );
}

/** Whether the answer to a request is in the shell or belongs there. */
export function isShell(path: string, files: readonly string[]): boolean {
  return path.startsWith("/assets/") || (path !== "/" && files.includes(path));
}

/** First parts of addresses that are no pages of the client: calls, files, and pages of the server's own. */
const others = new Set(["v1", "files", "sandbox", "assets", "docs", "openapi.json", "livez", "readyz"]);

/** Whether a browser that opens an address gets the client, which knows its own pages. */
export function isPage(path: string): boolean {
  const first = path.split("/")[1] ?? "";
  // A file that somebody opens by itself is that file; a person may be called mina.kim.
  return !others.has(first) && !/^[^@].*\.[a-z0-9]+$/i.test(first);
}
