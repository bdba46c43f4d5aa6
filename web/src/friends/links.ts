/** Where an address of this server leads that is shared as a link or a QR code. */
export type Shared = { name: "add"; handle: string } | { name: "invite"; token: string };

/** The address by which anybody who has it can add the person with a handle. */
export function addLink(origin: string, handle: string): string {
  return `${origin}/add/${handle}`;
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
  const [, place, what = "", ...rest] = url.pathname.replace(/\/$/, "").split("/");
  if (rest.length > 0 || what === "") return undefined;
  if (place === "add") return { name: "add", handle: plainHandle(written(what)) };
  if (place === "invite") return { name: "invite", token: written(what) };
  return undefined;
}

/** A handle as the server keeps it: @Mina.Kim is mina.kim. */
export function plainHandle(text: string): string {
  return text.trim().replace(/^@/, "").toLowerCase();
}

function written(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
