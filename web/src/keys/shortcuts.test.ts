import { expect, test } from "vitest";
import { type Press, actOf, neighbour } from "./shortcuts";

const bare: Press = {
  key: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  keyCode: 0,
};
const here = { mac: false, writing: false, letters: true };

test.each([
  [{ key: "k", ctrlKey: true }, "find"],
  [{ key: "K", ctrlKey: true }, "find"],
  [{ key: "k", metaKey: true }, undefined],
  [{ key: "k", ctrlKey: true, shiftKey: true }, undefined],
  [{ key: "ArrowDown", altKey: true }, "next"],
  [{ key: "ArrowUp", altKey: true }, "previous"],
  [{ key: "ArrowDown", altKey: true, shiftKey: true }, "next-unread"],
  [{ key: "ArrowUp", altKey: true, shiftKey: true }, "previous-unread"],
  [{ key: "ArrowUp" }, undefined],
  [{ key: "Escape" }, "back"],
  [{ key: "Escape", isComposing: true }, undefined],
  [{ key: "Escape", keyCode: 229 }, undefined],
  [{ key: "?", shiftKey: true }, "help"],
  [{ key: "/", ctrlKey: true }, "help"],
])("%o", (press, act) => {
  expect(actOf({ ...bare, ...press }, here)).toBe(act);
});

test("a Mac has its own main key", () => {
  const mac = { ...here, mac: true };
  expect(actOf({ ...bare, key: "k", metaKey: true }, mac)).toBe("find");
  expect(actOf({ ...bare, key: "k", ctrlKey: true }, mac)).toBeUndefined();
});

test("a letter is a letter where one writes, and where shortcuts by letters are off", () => {
  const press = { ...bare, key: "?", shiftKey: true };
  expect(actOf(press, { ...here, writing: true })).toBeUndefined();
  expect(actOf(press, { ...here, letters: false })).toBeUndefined();
  expect(actOf({ ...bare, key: "/", ctrlKey: true }, { ...here, letters: false, writing: true })).toBe(
    "help",
  );
});

test("the neighbour in a list", () => {
  const list = ["a", "b", "c", "d"];
  expect([neighbour(list, "b", 1), neighbour(list, "b", -1)]).toEqual(["c", "a"]);
  expect([neighbour(list, undefined, 1), neighbour(list, undefined, -1)]).toEqual(["a", "d"]);
  expect([neighbour(list, "d", 1), neighbour(list, "a", -1)]).toEqual([undefined, undefined]);
  expect(neighbour(list, "a", 1, (x) => x === "d")).toBe("d");
  expect(neighbour([], undefined, 1)).toBeUndefined();
});
