import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Entry, Room } from "../src/wire/types";
import { open } from "./browser";
import { picture, upload } from "./files";
import type { Server } from "./server";
import { type Spoken, textsOf } from "./words";

/** What the people of a scene say. */
interface Words {
  me: string;
  status: string;
  people: readonly string[];
  states: readonly string[];
  group: string;
  talk: readonly (readonly [who: number, text: string])[];
  direct: readonly string[];
  other: readonly string[];
  things: {
    caption: string;
    file: string;
    place: string;
    address: string;
    card: string;
    about: string;
    button: string;
  };
}

const ko: Words = {
  me: "하늘",
  status: "오늘도 맑음 ☀️",
  people: ["바다", "들", "강", "별", "구름", "나무"],
  states: ["바람 부는 날 🌊", "", "커피 한 잔의 여유", "오늘도 맑음", "", "산에 가고 싶다"],
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
  things: {
    caption: "지난번 바닷가 사진이에요",
    file: "산책 코스 안내.pdf",
    place: "서울숲",
    address: "서울 성동구 뚝섬로 273",
    card: "오늘의 산책길",
    about: "강을 따라 걷는 두 시간, 쉬운 길",
    button: "지도 보기",
  },
};

const en: Words = {
  me: "Haneul",
  status: "Sunny again ☀️",
  people: ["Bada", "Deul", "Gang", "Byeol", "Gureum", "Namu"],
  states: ["A windy day 🌊", "", "Time for a coffee", "Sunny again", "", "Off to the hills"],
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
  things: {
    caption: "From the sea, last time",
    file: "The way we walk.pdf",
    place: "Seoul Forest",
    address: "273 Ttukseom-ro, Seongdong-gu, Seoul",
    card: "Today's walk",
    about: "Two hours along the river, an easy way",
    button: "Open the map",
  },
};

/** What the people of a scene say in a language: their own where we have it, else English. */
export function wordsOf(spoken: Spoken): Words {
  return spoken === "ko" ? ko : en;
}

interface User {
  id: string;
  phone: string;
  access_token: string;
}

/** People who have talked, as the first of them sees it. */
export interface Scene {
  server: Server;
  spoken: Spoken;
  words: Words;
  me: User;
  others: readonly User[];
  /** Of the others. */
  handles: readonly string[];
  /** The group in which they talk about a walk. */
  group: string;
  /** The talk with the second of the others, unread. */
  direct: string;
  /** A group with every kind of message. */
  things: string;
  memo: string;
  invite: string;
}

const families = "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang".split(" ");
let scenes = 0;

/** The handles of a scene's people by their names; those of the scenes on one server differ. */
function handles(): (name: string) => string {
  const family = families[scenes++];
  if (family === undefined) throw new Error("there are more scenes than families");
  return (name) => `${name.toLowerCase()}.${family}`;
}

/** Makes a scene on a server. With `spread` the sandbox's time moves on between messages, as in life. */
export async function scene(server: Server, spoken: Spoken, options: { spread: boolean }): Promise<Scene> {
  const words = wordsOf(spoken);
  const [me, ...others] = await server.users(words.people.length + 1);
  if (me === undefined) throw new Error("no users");
  const language = spoken === "pseudo" ? "en" : spoken;
  await server.rest(me.access_token, "PATCH", "/v1/me", {
    name: words.me,
    language,
    status_message: words.status,
  });
  const called = handles();
  await server.rest(me.access_token, "PUT", "/v1/me/handle", { handle: called(en.me) });
  const names = en.people.map(called);
  await Promise.all(
    others.map(async (u, i) => {
      const profile = { name: words.people[i], status_message: words.states[i] };
      await server.rest(u.access_token, "PATCH", "/v1/me", profile);
      await server.rest(u.access_token, "PUT", "/v1/me/handle", { handle: names[i] });
      // The last of them is no friend yet, but has the number.
      if (u === others.at(-1))
        await server.rest(u.access_token, "POST", "/v1/contacts", { phones: [me.phone] });
      else await server.rest(me.access_token, "PUT", `/v1/friends/${u.id}`, {});
    }),
  );
  await server.rest(me.access_token, "PATCH", `/v1/friends/${others[0]?.id}`, { favourite: true });

  const made = new Maker(server, me, others);
  const memo = await made.room(-1, []);
  await made.send(-1, memo.id, { type: "text", text: words.direct[0] ?? "" });
  const things = await everything(made, words);
  const aside = await made.room(3, [-1]);
  for (const text of words.other) await made.send(3, aside.id, { type: "text", text });
  const direct = await made.room(1, [-1]);
  for (const text of words.direct) await made.send(1, direct.id, { type: "text", text });
  const group = await walk(made, words, options.spread);
  const { token } = await server.rest<{ token: string }>(
    others[4]?.access_token ?? "",
    "POST",
    `/v1/rooms/${(await made.room(4, [5], words.group)).id}/invites`,
    {},
  );
  return {
    server,
    spoken,
    words,
    me,
    others,
    handles: names,
    group,
    direct: direct.id,
    things,
    memo: memo.id,
    invite: token,
  };
}

/** Does things for the people of a scene, who are numbered; -1 is the reader. */
class Maker {
  readonly server: Server;
  readonly #me: User;
  readonly #others: readonly User[];

  constructor(server: Server, me: User, others: readonly User[]) {
    this.server = server;
    this.#me = me;
    this.#others = others;
  }

  user(n: number): User {
    const user = n === -1 ? this.#me : this.#others[n];
    if (user === undefined) throw new Error(`there is no person ${n}`);
    return user;
  }

  rest<T>(n: number, verb: string, path: string, body?: unknown): Promise<T> {
    return this.server.rest(this.user(n).access_token, verb, path, body);
  }

  room(n: number, members: readonly number[], title?: string): Promise<Room> {
    const member_ids = members.map((m) => this.user(m).id);
    return this.rest(n, "POST", "/v1/rooms", { member_ids, ...(title === undefined ? {} : { title }) });
  }

  async send(n: number, room: string, content: Partial<Entry>): Promise<number> {
    const { seq } = await this.rest<{ seq: number }>(n, "POST", `/v1/rooms/${room}/messages`, {
      client_id: crypto.randomUUID(),
      ...content,
    });
    return seq;
  }
}

/** The talk about a walk, with answers, hearts and numbers of those who have yet to read. */
async function walk(made: Maker, words: Words, spread: boolean): Promise<string> {
  const room = await made.room(-1, [0, 1, 2], words.group);
  for (const [who, text] of words.talk) {
    const seq = await made.send(who, room.id, { type: "text", text });
    for (const n of [0, 1]) await made.rest(n, "PUT", `/v1/rooms/${room.id}/read`, { seq });
    if (who === 1) {
      const heart = `/v1/rooms/${room.id}/messages/${seq}/reactions/${encodeURIComponent("❤️")}`;
      for (const n of [0, -1]) await made.rest(n, "PUT", heart);
    }
    if (spread) await made.server.rest("", "POST", "/sandbox/v1/clock", { advance: "2m" });
  }
  await made.rest(-1, "PATCH", `/v1/rooms/${room.id}`, { pinned: true });
  return room.id;
}

/** A group in which every kind of message and notice has come. */
async function everything(made: Maker, words: Words): Promise<string> {
  const { things } = words;
  const room = await made.room(0, [-1, 1, 2], things.card);
  await made.rest(0, "PATCH", `/v1/rooms/${room.id}/members/${made.user(1).id}`, { role: "admin" });
  await made.rest(0, "POST", `/v1/rooms/${room.id}/members`, { user_ids: [made.user(3).id] });
  await made.rest(3, "DELETE", `/v1/rooms/${room.id}/members/${made.user(3).id}`);
  const first = await made.send(0, room.id, { type: "text", text: words.talk[0]?.[1] ?? "" });
  const own = await made.send(-1, room.id, { type: "text", text: words.talk[3]?.[1] ?? "", reply_to: first });
  await made.rest(-1, "PATCH", `/v1/rooms/${room.id}/messages/${own}`, { text: words.talk[6]?.[1] });
  const gone = await made.send(1, room.id, { type: "text", text: words.other[0] ?? "" });
  await made.rest(1, "DELETE", `/v1/rooms/${room.id}/messages/${gone}?for=all`);
  const photos = await Promise.all(
    ["photo-1", "photo-2", "photo-3"].map((name) =>
      uploadOf(made, 0, name, { kind: "photo", filename: `${name}.jpg` }),
    ),
  );
  await made.send(0, room.id, {
    type: "photo",
    text: things.caption,
    photos: photos.map((media_id) => ({ media_id })),
  });
  const file = await uploadOf(made, 1, "file", { kind: "file", filename: things.file });
  await made.send(1, room.id, { type: "file", file: { media_id: file, name: things.file } });
  const voice = await uploadOf(made, -1, "voice", { kind: "voice", filename: "voice.wav" });
  await made.send(-1, room.id, { type: "voice", voice: { media_id: voice } });
  const user = made.user(2);
  await made.send(2, room.id, {
    type: "contact",
    contact: { name: words.people[2] ?? "", user_id: user.id },
  });
  await made.send(2, room.id, {
    type: "contact",
    contact: { name: words.people[3] ?? "", phone: "+821012345678" },
  });
  await made.send(0, room.id, {
    type: "place",
    place: { latitude: 37.5444, longitude: 127.0374, name: things.place, address: things.address },
  });
  await made.send(0, room.id, {
    type: "card",
    card: {
      title: things.card,
      description: things.about,
      url: "https://example.com/walk",
      buttons: [{ title: things.button, url: "https://example.com/map" }],
    },
  });
  await made.send(-1, room.id, {
    type: "text",
    text: `${things.about} https://example.com/a/long/way/along/the/river`,
  });
  // A film of which nobody has made a picture.
  const film = await made.server.rest<{ id: string }>("", "POST", "/sandbox/v1/media", {
    kind: "video",
    owner_id: made.user(2).id,
  });
  await made.send(2, room.id, { type: "video", video: { media_id: film.id } });
  await made.send(-1, room.id, { type: "text", text: "👍" });
  return room.id;
}

/** Files that scenes share, by name. */
const files = new Map<string, Buffer>();

/** Draws the photos of all scenes with a page of a browser. */
export async function drawFiles(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  for (const n of [1, 2, 3]) files.set(`photo-${n}`, await picture(page, n, 800, 600));
  await page.close();
  files.set("file", Buffer.from("%PDF-1.4\n% a way along the river\n"));
  files.set("voice", sound(4));
}

/** A file that scenes share. */
export function drawn(name: string): Buffer {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`nobody has drawn ${name}`);
  return bytes;
}

function uploadOf(made: Maker, n: number, name: string, metadata: Record<string, string>): Promise<string> {
  return upload(made.server, made.user(n).access_token, metadata, drawn(name));
}

/** A recording of some seconds that swells and fades: WAV, 8,000 samples a second of 16 bits. */
function sound(seconds: number): Buffer {
  const rate = 8000;
  const data = Buffer.alloc(seconds * rate * 2);
  for (let i = 0; i < seconds * rate; i++) {
    const loud = Math.abs(Math.sin((i / rate) * 3)) * 9000;
    data.writeInt16LE(Math.round(loud * Math.sin(i / 3)), i * 2);
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // one channel
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** A page that speaks a language; nobody is signed in. */
export async function speaking(
  browser: Browser,
  server: Server,
  spoken: Spoken,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const locale = spoken === "pseudo" ? "en" : spoken;
  const page = await open(browser, "about:blank", { locale, ...options });
  // What is answered in place of a file must not come from the store of a service worker.
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
  if (spoken === "pseudo") {
    const body = `export default ${JSON.stringify(textsOf(spoken))}`;
    await page.route(/\/assets\/en-[\w-]+\.js$/, (route) =>
      route.fulfill({ contentType: "text/javascript", body }),
    );
  }
  await page.goto(server.url);
  return page;
}

/** Signs the first person of a scene in to a page, past the steps that others test. */
export async function enter(page: Page, { server, me, spoken }: Scene): Promise<void> {
  const headers = { Origin: server.url };
  const codes = await page.request.post(`${server.url}/v1/auth/codes`, {
    headers,
    data: { phone: me.phone },
  });
  if (!codes.ok()) throw new Error(`codes: ${codes.status()} ${await codes.text()}`);
  const session = await page.request.post(`${server.url}/v1/auth/sessions`, {
    headers,
    data: {
      phone: me.phone,
      code: await server.code(me.phone),
      device_name: "Chromium, Linux",
      language: spoken === "pseudo" ? "en" : spoken,
      time_zone: "Asia/Seoul",
      terms_version: "1",
      privacy_version: "1",
      cookie: true,
    },
  });
  if (!session.ok()) throw new Error(`sessions: ${session.status()} ${await session.text()}`);
  await page.goto(`${server.url}/friends`);
  await page
    .getByRole("button", { name: wordsOf(spoken).people[3] ?? "" })
    .first()
    .waitFor();
}
