import type { Note } from "../store/drafts";

/** A text that this browser keeps, where it keeps anything. */
export function noteNamed(name: string): Note {
  return {
    read: () => {
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    write: (text) => {
      try {
        if (text === null) localStorage.removeItem(name);
        else localStorage.setItem(name, text);
      } catch {
        // It is full or not allowed: the text lives as long as the page.
      }
    },
  };
}
