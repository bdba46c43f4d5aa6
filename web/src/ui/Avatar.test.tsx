// @vitest-environment happy-dom
import { cleanup, fireEvent } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { show } from "../testing/page";
import { Stage } from "../testing/stage";
import { Avatar } from "./Avatar";

afterEach(cleanup);

const of = (page: ReturnType<typeof show>, what: string): Element | null =>
  page.container.querySelector(what);

test("a photo lies over the letter once it is there, and a broken one leaves the letter", async () => {
  const stage = new Stage();
  stage.session.media.keep("p1", { kind: "photo", name: "", size: 1, url: "blob:here" });
  const page = show(stage.session, <Avatar id="ben" name="Ben" photo="p1" />);
  expect(page.container.textContent).toBe("B");
  const img = of(page, "img");
  if (img === null) throw new Error("there is no photo");
  expect(img.getAttribute("data-state")).toBe("loading");
  fireEvent.load(img);
  await vi.waitFor(() => expect(img.getAttribute("data-state")).toBe("shown"));
  fireEvent.error(img);
  await vi.waitFor(() => expect(of(page, "img")).toBeNull());
  expect(page.container.textContent).toBe("B");
});

test("without a photo nothing is loaded", () => {
  const stage = new Stage();
  const page = show(stage.session, <Avatar id="ben" name="Ben" />);
  expect(of(page, "img")).toBeNull();
  expect(stage.requests).toEqual([]);
});
