// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settle } from "../testing/script";
import { show } from "../testing/page";
import { Stage, message, roomOf } from "../testing/stage";
import { speak } from "../text";
import type { Entry } from "../wire/types";
import { Composer, type Intent } from "./Composer";
import { DraftBubble } from "./DraftBubble";
import { Message } from "./Message";
import { RoomList } from "./RoomList";

let stage: Stage;

beforeEach(async () => {
  await speak("en");
  stage = new Stage();
});

afterEach(cleanup);

async function inTheYard(): Promise<void> {
  stage.add(roomOf("yard", 10, 8));
  await stage.connect();
  await stage.session.open(stage.room("yard"));
}

test("the list says that there is nothing yet, and what to do", async () => {
  await stage.connect();
  show(stage.session, <RoomList open={undefined} />);
  screen.getByRole("heading", { name: "No chats yet" });
  expect(screen.getByRole("link", { name: "See friends" }).getAttribute("href")).toBe("/friends");
});

test("the list shows the last message, its writer and what is unread, and keeps up", async () => {
  await inTheYard();
  show(stage.session, <RoomList open="yard" />);
  const row = screen.getByRole("link", { name: /yard/ });
  expect(row.getAttribute("aria-current")).toBe("page");
  within(row).getByText("ben: m10");
  within(row).getByText("2 unread messages");
  stage.write("yard", message(11, "cat", "hello"));
  await vi.waitFor(() => within(row).getByText("cat: hello"));
  within(row).getByText("3 unread messages");
});

test("a message tells who has yet to read it, that it was edited, and how people reacted", async () => {
  await inTheYard();
  const yard = stage.room("yard");
  const log = yard.log.value;
  if (log === undefined) throw new Error("the room is closed");
  const entry: Entry = {
    ...message(10, "ben", "see https://example.com"),
    edited_at: "2026-11-23T09:05:00.000Z",
    reactions: [{ emoji: "👍", count: 2, user_ids: ["ann", "cat"] }],
  };
  show(
    stage.session,
    <Message room={yard} log={log} entry={entry} mine={false} first last onChoose={() => undefined} />,
  );
  screen.getByText("not read by 2 people");
  screen.getByText("edited");
  expect(screen.getByRole("button", { name: "👍 2" }).getAttribute("aria-pressed")).toBe("true");
  expect(screen.getByRole("link").getAttribute("rel")).toBe("noopener noreferrer nofollow");
  stage.line.notice("read", { room_id: "yard", user_id: "cat", seq: 10 });
  await vi.waitFor(() => screen.getByText("not read by 1 person"));
});

test("a deleted message keeps its place and shows nothing of what it was", async () => {
  await inTheYard();
  const yard = stage.room("yard");
  const log = yard.log.value;
  if (log === undefined) throw new Error("the room is closed");
  const entry: Entry = { seq: 10, kind: "message", sender_id: "ben", deleted: true };
  show(
    stage.session,
    <Message room={yard} log={log} entry={entry} mine={false} first last onChoose={() => undefined} />,
  );
  screen.getByText("This message was deleted.");
  expect(screen.queryByRole("button")).toBeNull();
});

test("a message that the server cannot take yet is still on its way", async () => {
  await inTheYard();
  stage.session.writing.send("yard", { type: "text", text: "hi" });
  stage.line.refuse(stage.line.last("message.send"), "storage_full");
  await settle();
  const [draft] = stage.session.writing.drafts("yard");
  if (draft === undefined) throw new Error("no draft");
  show(stage.session, <DraftBubble draft={draft} first />);
  screen.getByRole("img", { name: "Sending" });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a refused message offers both ways on", async () => {
  await inTheYard();
  stage.session.writing.send("yard", { type: "text", text: "hi" });
  stage.line.refuse(stage.line.last("message.send"), "not_a_member");
  await settle();
  const [draft] = stage.session.writing.drafts("yard");
  if (draft === undefined) throw new Error("no draft");
  show(stage.session, <DraftBubble draft={draft} first />);
  expect(screen.getByRole("alert").textContent).toBe("Not sent. You are not in this chat any more.");
  fireEvent.click(screen.getByRole("button", { name: "Send again" }));
  expect(stage.line.count("message.send")).toBe(2);
  stage.line.refuse(stage.line.last("message.send"), "not_a_member");
  await settle();
  fireEvent.click(screen.getByRole("button", { name: "Discard message" }));
  expect(stage.session.writing.drafts("yard")).toEqual([]);
});

test("the composer sends by Enter, empties itself, and answers what it was asked to", async () => {
  await inTheYard();
  const yard = stage.room("yard");
  const onIntent = vi.fn<(intent: Intent) => void>();
  show(
    stage.session,
    <Composer room={yard} intent={{ name: "reply", to: message(10, "ben") }} onIntent={onIntent} />,
  );
  screen.getByText("Reply to ben");
  const area = screen.getByLabelText<HTMLTextAreaElement>("Write a message");
  fireEvent.input(area, { target: { value: " yes \n" } });
  fireEvent.keyDown(area, { key: "Enter", keyCode: 13 });
  expect(stage.line.last("message.send").params).toMatchObject({
    room_id: "yard",
    text: "yes",
    reply_to: 10,
  });
  expect(area.value).toBe("");
  expect(onIntent).toHaveBeenCalledWith({ name: "write" });
  expect(stage.line.count("typing")).toBe(1);
});

test("what was begun in a room waits there", async () => {
  await inTheYard();
  const yard = stage.room("yard");
  const composer = <Composer room={yard} intent={{ name: "write" }} onIntent={() => undefined} />;
  const { unmount } = show(stage.session, composer);
  fireEvent.input(screen.getByLabelText("Write a message"), { target: { value: "to be continued" } });
  unmount();
  show(stage.session, composer);
  expect(screen.getByLabelText<HTMLTextAreaElement>("Write a message").value).toBe("to be continued");
});
