/** The places of the client by their address. */
export type Place =
  | { name: "friends" }
  | { name: "rooms" }
  | { name: "new-room" }
  | { name: "room"; id: string }
  | { name: "settings" }
  | { name: "setup" }
  | { name: "invite"; token: string }
  | { name: "nowhere" };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The place of a path, such as /rooms/0190…. */
export function placeOf(path: string): Place {
  const [first = "", second, ...rest] = path.split("/").slice(1);
  if (rest.length > 0) return { name: "nowhere" };
  if (second === undefined) {
    switch (first) {
      case "":
      case "rooms":
        return { name: "rooms" };
      case "friends":
      case "settings":
      case "setup":
        return { name: first };
    }
    return { name: "nowhere" };
  }
  if (first === "rooms" && second === "new") return { name: "new-room" };
  if (first === "rooms" && uuid.test(second)) return { name: "room", id: second };
  if (first === "invite" && second !== "") return { name: "invite", token: decodeURIComponent(second) };
  return { name: "nowhere" };
}
