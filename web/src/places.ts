/** What stands behind the "More" tab, by the last part of the address. */
export const moreParts = [
  "profile",
  "notifications",
  "privacy",
  "devices",
  "account",
  "look",
  "language",
  "about",
] as const;
export type MorePart = (typeof moreParts)[number];

/** The places of the client by their address. */
export type Place =
  | { name: "friends" }
  /** A person's link or QR code: /@handle. */
  | { name: "person"; handle: string }
  | { name: "rooms" }
  | { name: "new-room" }
  | { name: "room"; id: string }
  | { name: "plus" }
  | { name: "more" }
  | { name: "more-part"; part: MorePart }
  /** What another program shared, on its way into a room. */
  | { name: "share" }
  | { name: "setup" }
  | { name: "invite"; token: string }
  | { name: "nowhere" };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The place of a path, such as /rooms/0190…. */
export function placeOf(path: string): Place {
  const [first = "", second, ...rest] = path.split("/").slice(1);
  if (rest.length > 0) return { name: "nowhere" };
  if (second === undefined) return /^@./.test(written(first)) ? personOf(first) : topOf(first);
  if (first === "rooms" && second === "new") return { name: "new-room" };
  if (first === "rooms" && uuid.test(second)) return { name: "room", id: second };
  if (first === "invite" && second !== "") return { name: "invite", token: written(second) };
  if (first === "add" && second !== "") return personOf(second); // as codes had it once
  const part = moreParts.find((p) => p === second);
  if (first === "more" && part !== undefined) return { name: "more-part", part };
  return { name: "nowhere" };
}

function personOf(handle: string): Place {
  return { name: "person", handle: written(handle).replace(/^@/, "") };
}

function topOf(first: string): Place {
  switch (first) {
    case "":
    case "rooms":
      return { name: "rooms" };
    case "settings": // as it was called once
      return { name: "more" };
    case "friends":
    case "plus":
    case "more":
    case "share":
    case "setup":
      return { name: first };
  }
  return { name: "nowhere" };
}

/** A part of an address as it was written; what cannot be read stays as it stands. */
function written(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The tab that a place belongs to. */
export type Tab = "friends" | "rooms" | "plus" | "more";

export function tabOf(place: Place): Tab {
  switch (place.name) {
    case "friends":
    case "person":
      return "friends";
    case "plus":
      return "plus";
    case "more":
    case "more-part":
      return "more";
    default:
      return "rooms";
  }
}

/** Whether a place is shown beside a list, or instead of it where there is no room for both. */
export function isDetail(place: Place): boolean {
  switch (place.name) {
    case "room":
    case "invite":
    case "more-part":
      return true;
    default:
      return false;
  }
}
