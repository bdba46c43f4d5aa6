import { placeOf } from "../places";

/** Where an address of this server leads that is shared as a link or a QR code. */
export type Shared = { name: "person"; handle: string } | { name: "invite"; token: string };

/** The address at which everybody finds the person with a handle. */
export function personLink(origin: string, handle: string): string {
  return `${origin}/@${handle}`;
}

/** Reads what a code or a pasted link says; undefined when it is nothing of this server. */
export function readLink(text: string, origin: string): Shared | undefined {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return undefined;
  }
  if (url.origin !== origin) return undefined;
  const place = placeOf(url.pathname.replace(/\/$/, ""));
  if (place.name === "person") return { name: "person", handle: plainHandle(place.handle) };
  return place.name === "invite" ? place : undefined;
}

/** A handle as the server keeps it: @Mina.Kim is mina.kim. */
export function plainHandle(text: string): string {
  return text.trim().replace(/^@/, "").toLowerCase();
}
