import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Room } from "../src/wire/types";
import { complaints, launch, open } from "./browser";
import { signIn } from "./people";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

const names = ["김미나", "이서준", "박하은", "최도윤"];

let server: Server;
let browser: Browser;
let page: Page;
let other: Page;
let me: User;
let friends: User[];
let picnic: Room;

beforeAll(async () => {
  browser = await launch();
  server = await Server.start();
  const users = await server.users(names.length);
  await Promise.all(users.map((u, i) => server.rest(u.access_token, "PATCH", "/v1/me", { name: names[i] })));
  [me, ...friends] = users as [User, ...User[]];
  for (const f of friends) await server.rest(me.access_token, "PUT", `/v1/friends/${f.id}`, {});
  picnic = await server.rest<Room>(me.access_token, "POST", "/v1/rooms", {
    member_ids: friends.slice(0, 2).map((f) => f.id),
    title: "주말 소풍",
  });
  page = await open(browser, server.url);
  await signIn(server, page, me.phone);
  await page.goto(`${server.url}/rooms/${picnic.id}`);
  await page.getByRole("heading", { name: "주말 소풍" }).waitFor();
});
afterEach(() => expect(complaints).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

function say(from: User | undefined, text: string): Promise<{ seq: number }> {
  return server.rest(from?.access_token ?? "", "POST", `/v1/rooms/${picnic.id}/messages`, {
    client_id: crypto.randomUUID(),
    type: "text",
    text,
  });
}

test("what was begun on one device waits on the other, as an answer to the same message", async () => {
  other = await open(browser, server.url);
  await signIn(server, other, me.phone);
  await other.goto(`${server.url}/rooms`);
  await say(friends[0], "몇 시에 만날까요?");
  const message = page.getByRole("log").getByRole("article").filter({ hasText: "몇 시에 만날까요?" });
  await message.click({ button: "right" });
  await page.getByRole("button", { name: "답장" }).click();
  await page.getByLabel("메시지 입력").pressSequentially("열 시쯤");
  const row = other.getByRole("link").filter({ hasText: "주말 소풍" });
  await row.getByText("[작성 중] 열 시쯤").waitFor();
  await row.click();
  await expect.poll(() => other.getByLabel("메시지 입력").inputValue()).toBe("열 시쯤");
  await other.getByText("이서준에게 답장").waitFor();
  // It goes on there, and comes back.
  await other.getByLabel("메시지 입력").pressSequentially(" 어때요");
  await expect.poll(() => page.getByLabel("메시지 입력").inputValue()).toBe("열 시쯤 어때요");
  // Sent on one device, it is gone from the other.
  await page.getByLabel("메시지 입력").press("Enter");
  await other.getByRole("log").getByText("열 시쯤 어때요").waitFor();
  await expect.poll(() => other.getByLabel("메시지 입력").inputValue()).toBe("");
});

test("what was begun outlives a reload and a time without network", async () => {
  await page.getByLabel("메시지 입력").fill("터널에서");
  await page.context().setOffline(true);
  await page.getByLabel("메시지 입력").fill("터널에서 쓴 글");
  await expect.poll(() => page.evaluate(() => localStorage.getItem("begun"))).toContain("터널에서 쓴 글");
  await page.context().setOffline(false);
  await page.reload();
  await expect.poll(() => page.getByLabel("메시지 입력").inputValue()).toBe("터널에서 쓴 글");
  await expect
    .poll(async () => {
      const room = await server.rest<Room>(me.access_token, "GET", `/v1/rooms/${picnic.id}`);
      return room.draft?.text;
    })
    .toBe("터널에서 쓴 글");
  await page.getByLabel("메시지 입력").fill("");
});
