import { expect, test } from "vitest";
import { placeOf } from "./places";

const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

test.each([
  ["/", { name: "rooms" }],
  ["/rooms", { name: "rooms" }],
  ["/rooms/new", { name: "new-room" }],
  [`/rooms/${id}`, { name: "room", id }],
  ["/rooms/1", { name: "nowhere" }],
  ["/friends", { name: "friends" }],
  ["/settings", { name: "settings" }],
  ["/setup", { name: "setup" }],
  ["/invite/abc_-", { name: "invite", token: "abc_-" }],
  ["/invite", { name: "nowhere" }],
  ["/rooms/new/more", { name: "nowhere" }],
  ["/elsewhere", { name: "nowhere" }],
])("%s", (path, place) => {
  expect(placeOf(path)).toEqual(place);
});
