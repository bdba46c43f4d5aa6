import { expect, test } from "vitest";
import { isDetail, moreParts, placeOf, tabOf } from "./places";

const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

test.each([
  ["/", { name: "rooms" }],
  ["/rooms", { name: "rooms" }],
  ["/rooms/new", { name: "new-room" }],
  [`/rooms/${id}`, { name: "room", id }],
  ["/rooms/1", { name: "nowhere" }],
  ["/friends", { name: "friends" }],
  ["/plus", { name: "plus" }],
  ["/more", { name: "more" }],
  ["/settings", { name: "more" }],
  ["/more/devices", { name: "more-part", part: "devices" }],
  ["/more/everything", { name: "nowhere" }],
  ["/@mina.kim", { name: "person", handle: "mina.kim" }],
  ["/%40mina.kim", { name: "person", handle: "mina.kim" }],
  ["/@", { name: "nowhere" }],
  ["/@mina.kim/more", { name: "nowhere" }],
  ["/add/mina.kim", { name: "person", handle: "mina.kim" }],
  ["/add/%40mina.kim", { name: "person", handle: "mina.kim" }],
  ["/add/%E0%A4%A", { name: "person", handle: "%E0%A4%A" }],
  ["/add", { name: "nowhere" }],
  ["/share", { name: "share" }],
  ["/setup", { name: "setup" }],
  ["/invite/abc_-", { name: "invite", token: "abc_-" }],
  ["/invite", { name: "nowhere" }],
  ["/rooms/new/more", { name: "nowhere" }],
  ["/elsewhere", { name: "nowhere" }],
])("%s", (path, place) => {
  expect(placeOf(path)).toEqual(place);
});

test("every place belongs to one tab, and details stand beside a list", () => {
  expect(["/rooms", `/rooms/${id}`, "/rooms/new", "/invite/a"].map((p) => tabOf(placeOf(p)))).toEqual(
    Array(4).fill("rooms"),
  );
  expect(["/friends", "/@mina.kim", "/plus", "/more"].map((p) => tabOf(placeOf(p)))).toEqual([
    "friends",
    "friends",
    "plus",
    "more",
  ]);
  for (const part of moreParts) {
    expect(tabOf(placeOf(`/more/${part}`))).toBe("more");
    expect(isDetail(placeOf(`/more/${part}`))).toBe(true);
  }
  expect(
    ["/rooms", "/friends", "/@mina.kim", "/plus", "/more"].map((p) => isDetail(placeOf(p))),
  ).not.toContain(true);
});
