import { signal } from "@preact/signals";

/** Light, dark, or as the system has it. */
export const looks = ["system", "light", "dark"] as const;
export type Look = (typeof looks)[number];

/** Where this browser keeps what its person chose. */
const keptAs = "look";
/** Of the bars that the system draws around the page: --pane of base.css. */
const bars = { light: "#ffffff", dark: "#15181b" } as const;

export const look = signal<Look>("system");

/** Shows what was chosen here before; to be called before anything is drawn. */
export function restoreLook(): void {
  const kept = looks.find((l) => l === localStorage.getItem(keptAs));
  if (kept !== undefined) show(kept);
}

/** Takes a choice, now and after a reload. */
export function chooseLook(next: Look): void {
  localStorage.setItem(keptAs, next);
  show(next);
}

function show(next: Look): void {
  look.value = next;
  document.documentElement.dataset["look"] = next;
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const own = meta.media.includes("dark") ? "dark" : "light";
    meta.content = bars[next === "system" ? own : next];
  }
}
