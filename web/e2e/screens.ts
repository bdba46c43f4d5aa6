import { mkdir } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import type { Room } from "../src/wire/types";
import { desktop, launch, open, phone } from "./browser";
import { Server } from "./server";

const folder = new URL("../../docs/screens/", import.meta.url).pathname;

/** What the pictures say, in each language. */
const words = {
  ko: {
    me: "하늘",
    people: ["바다", "들", "강", "별"],
    states: ["바람 부는 날 🌊", "", "커피 한 잔의 여유", "오늘도 맑음"],
    group: "주말 산책 모임 🌳",
    talk: [
      [0, "이번 주 토요일에 산책 어때요?"],
      [0, "날씨가 아주 좋대요"],
      [1, "좋아요! 저는 김밥 싸 갈게요"],
      [-1, "그럼 저는 과일이랑 물 챙길게요 🍓"],
      [2, "돗자리는 제가 들고 갈게요. 몇 시에 볼까요?"],
      [0, "오전 11시, 숲 입구에서 만나요"],
      [-1, "네! 토요일에 봬요 :)"],
    ],
    direct: ["어제 말한 책 다 읽었어요", "정말 재미있어요. 다음에 빌려줄게요!"],
    other: ["사진 잘 나왔네요 📷"],
  },
  en: {
    me: "Haneul",
    people: ["Bada", "Deul", "Gang", "Byeol"],
    states: ["A windy day 🌊", "", "Time for a coffee", "Sunny again"],
    group: "Weekend walks 🌳",
    talk: [
      [0, "How about a walk this Saturday?"],
      [0, "They say the weather will be lovely"],
      [1, "Yes! I will bring kimbap for everybody"],
      [-1, "Then I bring fruit and water 🍓"],
      [2, "I have a mat that is large enough for us all. When do we meet?"],
      [0, "11 o'clock at the edge of the wood"],
      [-1, "Great, see you on Saturday :)"],
    ],
    direct: ["I have read the book you told me about", "It is so good. I will lend it to you!"],
    other: ["The pictures came out well 📷"],
  },
} as const;

type Language = keyof typeof words;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  await mkdir(folder, { recursive: true });
});
afterAll(() => browser?.close());

/** A time zone in which it is afternoon now. */
function afternoon(): string {
  const hours = 15 - new Date().getUTCHours();
  return hours === 0 ? "UTC" : `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

/** People who have talked, and the first of them signed in to a page; `signIn` is where the way in is pictured. */
async function scene(
  server: Server,
  language: Language,
  options: BrowserContextOptions,
  signIn?: string,
): Promise<{ page: Page; room: string }> {
  const w = words[language];
  const users = await server.users(5);
  const [me, ...others] = users;
  if (me === undefined) throw new Error("no users");
  const send = (token: string, room: string, text: string): Promise<{ seq: number }> =>
    server.rest(token, "POST", `/v1/rooms/${room}/messages`, {
      client_id: crypto.randomUUID(),
      type: "text",
      text,
    });
  await server.rest(me.access_token, "PATCH", "/v1/me", { name: w.me, language });
  for (const [i, u] of others.entries()) {
    await server.rest(u.access_token, "PATCH", "/v1/me", { name: w.people[i], status_message: w.states[i] });
    await server.rest(me.access_token, "PUT", `/v1/friends/${u.id}`, {});
  }
  await server.rest(me.access_token, "PATCH", `/v1/friends/${others[0]?.id}`, { favourite: true });
  const make = (token: string, member_ids: string[], title?: string): Promise<Room> =>
    server.rest(token, "POST", "/v1/rooms", { member_ids, ...(title === undefined ? {} : { title }) });

  const third = others[3]?.access_token ?? "";
  const aside = await make(third, [me.id]);
  for (const text of w.other) await send(third, aside.id, text);
  const second = others[1]?.access_token ?? "";
  const direct = await make(second, [me.id]);
  for (const text of w.direct) await send(second, direct.id, text);
  const group = await make(me.access_token, others.slice(0, 3).map((u) => u.id), w.group); // prettier-ignore
  for (const [who, text] of w.talk) {
    const from = who === -1 ? me : others[who];
    const { seq } = await send(from?.access_token ?? "", group.id, text);
    for (const u of others.slice(0, 2))
      await server.rest(u.access_token, "PUT", `/v1/rooms/${group.id}/read`, { seq });
    if (who === 1) {
      for (const u of [others[0], me]) {
        const emoji = encodeURIComponent("❤️");
        await server.rest(
          u?.access_token ?? "",
          "PUT",
          `/v1/rooms/${group.id}/messages/${seq}/reactions/${emoji}`,
        );
      }
    }
    // The sandbox's time moves on, so that the times differ as in life.
    await server.rest("", "POST", "/sandbox/v1/clock", { advance: "2m" });
  }

  const page = await open(browser, server.url, { timezoneId: afternoon(), ...options });
  if (signIn !== undefined) {
    await page.locator("input[type=tel]").waitFor();
    await page.screenshot({ path: signIn });
  }
  await page.locator("input[type=tel]").fill(me.phone);
  await page.locator("form button[type=submit]").click();
  const code = page.locator("input[name=code]");
  await code.waitFor();
  await code.fill(await server.code(me.phone));
  await page.locator("a[href='/friends']").first().waitFor();
  return { page, room: group.id };
}

async function pictures(language: Language, options: BrowserContextOptions): Promise<void> {
  const server = await Server.start();
  try {
    const prefix = `${language}-${options.viewport === desktop ? "desktop" : "phone"}-${options.colorScheme}`;
    const path = (screen: string): string => `${folder}${prefix}-${screen}.png`;
    const { page, room } = await scene(server, language, options, path("sign-in"));
    await page.goto(`${server.url}/friends`);
    await page.getByRole("button", { name: words[language].people[3] }).first().waitFor();
    await page.screenshot({ path: path("friends") });
    await page.goto(`${server.url}/rooms`);
    await page.getByText(words[language].group).first().waitFor();
    await page.screenshot({ path: path("rooms") });
    await page.goto(`${server.url}/rooms/${room}`);
    await page.getByRole("log").getByText(words[language].talk[6][1]).waitFor();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: path("room") });
  } finally {
    await server.remove();
  }
}

test("Korean, phone, light", () =>
  pictures("ko", { locale: "ko-KR", viewport: phone, colorScheme: "light", deviceScaleFactor: 2 }));

test("English, desktop, dark", () =>
  pictures("en", { locale: "en-US", viewport: desktop, colorScheme: "dark" }));

test("the picture of the README", async () => {
  const server = await Server.start();
  try {
    const options: BrowserContextOptions = {
      locale: "en-US",
      viewport: desktop,
      colorScheme: "light",
      deviceScaleFactor: 1.5,
    };
    const { page, room } = await scene(server, "en", options);
    await page.goto(`${server.url}/rooms/${room}`);
    await page.getByRole("log").getByText(words.en.talk[6][1]).waitFor();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${folder}readme.png` });
  } finally {
    await server.remove();
  }
});
