import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { complaints, launch, open } from "./browser";
import { enterAs, signUp } from "./people";
import { qrVideo } from "./qr-video";
import { Server } from "./server";

type User = Awaited<ReturnType<Server["users"]>>[number];

let server: Server;
let browser: Browser;
let page: Page;
let folder: string;
let users: User[];

const names = ["이서준", "박하은", "최도윤", "정소율", "한결", "윤슬", "임가람"];
/** Somebody by the place of their name above. */
const user = (n: number): User => {
  const found = users[n];
  if (found === undefined) throw new Error(`no user ${n}`);
  return found;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "madang-friends-"));
  browser = await launch();
  server = await Server.start();
  users = await server.users(names.length);
  for (const [i, u] of users.entries()) {
    await server.rest(u.access_token, "PATCH", "/v1/me", { name: names[i] });
    await server.rest(u.access_token, "PUT", "/v1/me/handle", { handle: `person_${i}` });
  }
  page = await open(browser, server.url);
  await signUp(server, page, "+821060000001", "김미나");
  await page.getByRole("link", { name: "친구", exact: true }).click();
});
afterEach(async () => {
  await page.keyboard.press("Escape"); // what a test left open does not stand in the way of the next
  expect(complaints).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the ways to a friend, at one of them. */
async function add(way: string): Promise<Locator> {
  await page.getByRole("button", { name: "친구 추가" }).first().click();
  const dialog = page.getByRole("dialog", { name: "친구 추가" });
  await dialog.getByRole("tab", { name: way }).click();
  return dialog;
}

/** The friend stands in the list. */
async function listed(n: number): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: names[n] ?? "" }).waitFor();
}

test("by handle: nobody is said, somebody is added and can be written to", async () => {
  const dialog = await add("아이디");
  await dialog.getByRole("textbox", { name: "아이디" }).fill("nobody_here");
  await page.keyboard.press("Enter");
  await dialog.getByText("이 아이디를 쓰는 사람이 없습니다").waitFor();
  await dialog.getByRole("textbox", { name: "아이디" }).fill("@Person_0");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "추가", exact: true }).click();
  await dialog.getByText("친구로 추가했습니다").waitFor();
  // The next thing to do has the focus.
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("1:1 채팅");
  await listed(0);
});

test("by phone number: who has it is a friend, and who is not here can be sent the link", async () => {
  const dialog = await add("전화번호");
  await dialog.getByRole("textbox", { name: "전화번호" }).fill("010-9999-9999");
  await dialog.getByRole("button", { name: "찾기" }).click();
  await dialog.getByText("010-9999-9999 번호를 쓰는 사람이 아직 없습니다").waitFor();
  await dialog.getByRole("textbox", { name: "전화번호" }).fill(user(1).phone);
  await dialog.getByRole("button", { name: "찾기" }).click();
  await dialog.getByText("친구로 추가했습니다").waitFor();
  await listed(1);
});

test("by a pasted list: who is found is told", async () => {
  const dialog = await add("연락처");
  await dialog
    .getByLabel("전화번호 붙여 넣기")
    .fill(`아는 사람 ${user(2).phone}\n010-9999-9999; ${user(1).phone}`);
  await dialog.getByRole("button", { name: "찾기" }).click();
  await dialog.getByText("새 친구 1명").waitFor();
  await dialog.getByText("최도윤").waitFor();
  await dialog.getByText("1명은 이미 친구입니다").waitFor();
  await listed(2);
});

const file = (name: string, text: string) => ({ name, mimeType: "text/vcard", buffer: Buffer.from(text) });

test("by the file of a phone book", async () => {
  const dialog = await add("연락처");
  const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:소율\r\nTEL;TYPE=CELL:${user(3).phone}\r\nEND:VCARD\r\n`;
  await dialog.locator("input[type=file]").setInputFiles(file("empty.vcf", "BEGIN:VCARD\r\nEND:VCARD\r\n"));
  await dialog.getByText("전화번호를 찾지 못했습니다").waitFor();
  await dialog.locator("input[type=file]").setInputFiles(file("contacts.vcf", card));
  await dialog.getByText("번호 1개를 찾았습니다").waitFor();
  await dialog.getByRole("button", { name: "찾기" }).click();
  await dialog.getByText("새 친구 1명").waitFor();
  await listed(3);
});

test("a phone book larger than what may be looked up says so, and keeps whom it found", async () => {
  const dialog = await add("연락처");
  const many = Array.from({ length: 5200 }, (_, i) => `010${70_000_000 + i}`);
  await dialog.getByLabel("전화번호 붙여 넣기").evaluate(
    (field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    },
    [user(4).phone, ...many].join("\n"),
  );
  await dialog.getByText("번호 5,201개를 찾았습니다").waitFor({ timeout: 30_000 });
  await dialog.getByRole("button", { name: "찾기" }).click();
  await dialog.getByText("한 번에 찾을 수 있는 번호를 넘었습니다").waitFor({ timeout: 30_000 });
  await dialog.getByText("새 친구 1명").waitFor();
  await listed(4);
});

test("by a picture of a code, which its owner saved", async () => {
  const other = await open(browser, server.url);
  await enterAs(server, other, user(5).phone);
  await other.getByRole("link", { name: "친구", exact: true }).click();
  await other.getByRole("button", { name: "윤슬" }).click();
  await other.getByRole("button", { name: "내 QR 코드" }).click();
  const saving = other.waitForEvent("download");
  await other.getByRole("button", { name: "저장" }).click();
  const picture = join(folder, "code.png");
  await (await saving).saveAs(picture);

  const dialog = await add("QR 코드");
  await dialog.getByText("아이디가 필요합니다").waitFor();
  await dialog.getByRole("tab", { name: "스캔" }).click();
  await dialog.getByText("카메라가 없습니다").waitFor();
  const input = dialog.locator("input[type=file]");
  await input.setInputFiles({ name: "nothing.png", mimeType: "image/png", buffer: await page.screenshot() });
  await dialog.getByText("QR 코드를 찾지 못했습니다").waitFor();
  await input.setInputFiles(picture);
  await dialog.getByText("@person_5").waitFor();
  await dialog.getByRole("button", { name: "추가", exact: true }).click();
  await dialog.getByText("친구로 추가했습니다").waitFor();
  await listed(5);
});

test("by the camera; whoever forbids it is told what to do", async () => {
  const film = join(folder, "code.y4m");
  await qrVideo(film, `${server.url}/@person_6`);
  const camera = await launch([
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  try {
    const scan = async (permissions: string[]): Promise<Page> => {
      const scanner = await open(camera, server.url, { permissions });
      await enterAs(server, scanner, user(0).phone);
      await scanner.getByRole("link", { name: "친구", exact: true }).click();
      await scanner.getByRole("button", { name: "친구 추가" }).first().click();
      await scanner.getByRole("tab", { name: "QR 코드" }).click();
      await scanner.getByRole("tab", { name: "스캔" }).click();
      return scanner;
    };
    const forbidden = await scan([]);
    await forbidden.getByText("카메라를 쓸 수 없습니다").waitFor();
    await forbidden.context().close();
    const scanner = await scan(["camera"]);
    await scanner.getByText("@person_6").waitFor();
    await scanner.getByRole("button", { name: "추가", exact: true }).click();
    await scanner.getByText("친구로 추가했습니다").waitFor();
  } finally {
    await camera.close();
  }
});

test("somebody's address goes on after signing in, and shows them over the friends", async () => {
  const guest = await open(browser, `${server.url}/@person_6`);
  await enterAs(server, guest, user(1).phone);
  const sheet = guest.getByRole("dialog", { name: "임가람" });
  await sheet.getByText("@person_6").waitFor();
  await sheet.getByRole("button", { name: "친구 추가" }).click();
  await sheet.getByText("친구로 추가했습니다").waitFor();
  await sheet.getByRole("button", { name: "1:1 채팅" }).click();
  await guest.getByRole("log").waitFor();
  await guest.goBack();
  await expect.poll(() => new URL(guest.url()).pathname).toBe("/friends");
  await guest.getByRole("button", { name: "임가람" }).waitFor();

  // One's own, as one copies it, is that of one's own profile.
  await guest.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await guest.getByRole("button", { name: "박하은" }).click();
  await guest.getByRole("button", { name: "내 QR 코드" }).click();
  await guest.getByRole("button", { name: "링크 복사" }).click();
  await guest.getByText("링크를 복사했습니다").waitFor();
  const copied = await guest.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${server.url}/@person_1`);
  await guest.goto(copied);
  await guest.getByRole("dialog", { name: "박하은" }).getByText("@person_1").waitFor();
  await guest.keyboard.press("Escape");
  await expect.poll(() => new URL(guest.url()).pathname).toBe("/friends");

  for (const path of ["/@nobody_here", "/@a", "/add/nobody_here"]) {
    await guest.goto(server.url + path);
    await guest.getByRole("dialog").getByText("이 아이디를 쓰는 사람이 없습니다").waitFor();
  }
  await guest.context().close();
});

test("somebody is blocked and at once let back; hidden, named and removed", async () => {
  const row = page.getByRole("button", { name: "박하은" });
  const sheet = page.getByRole("dialog");
  await row.click();
  await sheet.getByRole("button", { name: "차단", exact: true }).click();
  await sheet.getByText("상대방은 알 수 없습니다").waitFor();
  await sheet.getByRole("button", { name: "차단", exact: true }).click();
  await sheet.getByText("차단했습니다.").waitFor();
  await row.waitFor({ state: "detached" });
  await sheet.getByRole("button", { name: "되돌리기" }).click();
  await sheet.getByRole("button", { name: "1:1 채팅" }).waitFor();

  await sheet.getByRole("button", { name: "목록에서 숨기기" }).click();
  await sheet.getByText("숨겼습니다").waitFor();
  await sheet.getByRole("button", { name: "되돌리기" }).click();
  await sheet.getByRole("button", { name: "이름 바꾸기" }).click();
  await sheet.getByLabel("친구 이름").fill("우리 하은이");
  await sheet.getByRole("button", { name: "저장" }).click();
  await sheet.getByRole("heading", { name: "우리 하은이" }).last().waitFor();
  await sheet.getByRole("button", { name: "친구 삭제" }).click();
  await sheet.getByText("삭제했습니다").waitFor();
  await sheet.getByRole("button", { name: "되돌리기" }).click();
  await sheet.getByRole("heading", { name: "우리 하은이" }).last().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "우리 하은이" }).waitFor();
});

test("who has one's number stands in the list, and is added there", async () => {
  const me = await page.evaluate(
    async () => ((await (await fetch("/v1/me")).json()) as { phone: string }).phone,
  );
  const known = (await server.users(2)).map((u, i) => ({ ...u, name: ["오로라", "유성"][i] ?? "" }));
  for (const u of known) {
    await server.rest(u.access_token, "PATCH", "/v1/me", { name: u.name });
    await server.rest(u.access_token, "POST", "/v1/contacts", { phones: [me] });
  }
  await page.reload();
  const fold = page.getByRole("button", { name: "내 번호를 아는 사람" });
  await fold.click();
  for (const { name } of known) {
    await page.getByRole("button", { name: `추가 ${name}` }).click();
    await page.getByText("친구로 추가했습니다").waitFor();
    await page.getByRole("button", { name: `추가 ${name}` }).waitFor({ state: "detached" });
    await page.getByRole("button", { name }).waitFor();
  }
  await fold.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "되돌리기" }).click();
  await fold.waitFor();
});

test("a long list has an index: keys and a finger jump along it, and consonants find", async () => {
  const [me] = await server.users(1);
  if (me === undefined) throw new Error("no users");
  const leads = [..."가나다라마바사아자차카타파하"];
  const crowd = await server.users(leads.length * 4 + 2);
  for (const [i, u] of crowd.entries()) {
    const name = i < leads.length * 4 ? `${leads[i % leads.length]}온 ${i}` : ["Emma", "회의실"][i % 2];
    await server.rest(u.access_token, "PATCH", "/v1/me", { name });
    await server.rest(me.access_token, "PUT", `/v1/friends/${u.id}`, {});
  }
  const long = await open(browser, server.url, { hasTouch: true });
  await enterAs(server, long, me.phone);
  await long.getByRole("link", { name: "친구", exact: true }).click();
  const index = long.getByRole("slider", { name: "첫 글자로 이동" });
  await index.waitFor();
  // Only those near the window are in the page.
  expect(await long.getByRole("listitem").count()).toBeLessThan(40);
  await index.focus();
  await long.keyboard.press("End");
  await long.getByRole("button", { name: "Emma" }).waitFor();
  await expect.poll(() => index.getAttribute("aria-valuetext")).toBe("E");
  await long.keyboard.press("Home");
  await long.getByRole("heading", { name: "ㄱ", exact: true }).waitFor();

  const box = await index.boundingBox();
  if (box === null) throw new Error("the index is not shown");
  await long.mouse.move(box.x + box.width / 2, box.y + 5);
  await long.mouse.down();
  await long.mouse.move(box.x + box.width / 2, box.y + box.height * 0.5, { steps: 4 });
  await long.mouse.up();
  await long.getByRole("heading", { name: "ㅇ", exact: true }).waitFor();
  await expect.poll(() => index.getAttribute("aria-valuetext")).toBe("ㅇ");

  const search = long.getByLabel("친구 검색");
  for (const wanted of ["ㅎㅇㅅ", "회으", "ghldml"]) {
    await search.fill(wanted);
    await long.getByRole("button", { name: "회의실" }).waitFor();
    expect(await long.getByRole("listitem").count(), wanted).toBe(1);
  }
  await search.fill("없는사람");
  await long.getByText("그런 이름의 친구가 없습니다").waitFor();
});
