import { expect, test } from "vitest";
import { complaints, desktop, launch, open } from "./browser";
import { befriend, openRoomWith, say, signUp, takeHandle } from "./people";
import type { Server } from "./server";

const url = process.env["MADANG_URL"] ?? "http://127.0.0.1:5173";
const shots = "/tmp/web/shots";
const server = { url, code: async (phone: string) => {
  const a = await fetch(`http://127.0.0.1:18080/sandbox/v1/sms?phone=${encodeURIComponent(phone)}`);
  const { messages } = (await a.json()) as { messages: { text: string; at: string }[] };
  return /\d{6}/.exec(messages.toSorted((x, y) => x.at.localeCompare(y.at)).at(-1)?.text ?? "")?.[0] ?? "";
} } as unknown as Server;

test("look", async () => {
  const browser = await launch();
  try {
    const n = String(Math.floor(Math.random() * 1e6)).padStart(6, "0");
    const a = await open(browser, url);
    await a.screenshot({ path: `${shots}/signin.png` });
    await signUp(server, a, `+82101${n}1`, "김미나");
    await a.screenshot({ path: `${shots}/friends-empty.png` });
    await takeHandle(a, `mina${n}`);
    await a.screenshot({ path: `${shots}/settings.png`, fullPage: true });
    const b = await open(browser, url, { viewport: desktop, colorScheme: "dark" });
    await signUp(server, b, `+82101${n}2`, "Jun Park");
    await takeHandle(b, `jun${n}`);
    await befriend(b, `mina${n}`);
    await b.screenshot({ path: `${shots}/friends-desktop.png` });
    await befriend(a, `jun${n}`);
    await openRoomWith(a, "Jun Park");
    await say(a, "안녕 준! 오늘 저녁에 뭐 해?");
    await a.screenshot({ path: `${shots}/room1.png` });
    await b.getByRole("link", { name: "채팅" }).click();
    await b.screenshot({ path: `${shots}/rooms-desktop.png` });
    await b.getByRole("link", { name: /김미나/ }).click();
    await b.getByRole("log").waitFor();
    await say(b, "아직 계획 없어 🙂");
    await say(b, "한강 갈래? https://example.com/park 날씨가 아주 좋대. 치킨도 시키고, 자전거도 타고, 해 지는 것도 보자.");
    await a.waitForTimeout(700);
    await a.screenshot({ path: `${shots}/room2.png` });
    await b.screenshot({ path: `${shots}/room-desktop.png` });
    console.log(complaints);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
