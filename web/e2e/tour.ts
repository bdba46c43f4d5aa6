import type { Locator, Page } from "playwright-core";
import { moreParts } from "../src/places";
import { type Scene, drawn } from "./scene";
import type { Key } from "../src/text";
import { type Say, sayer } from "./words";

/** A screen of the client, how one comes to it, and whether all of it is there. */
export interface Stop {
  name: string;
  /** Opens the screen and waits until it shows what it has. */
  open: (guide: Guide) => Promise<void>;
  /** Leaves what `open` opened above the screen; by default Escape. */
  leave?: (guide: Guide) => Promise<void>;
}

/** Finds its way in a page by the words of a language. */
export class Guide {
  readonly page: Page;
  readonly scene: Scene;
  readonly say: Say;

  constructor(page: Page, scene: Scene) {
    this.page = page;
    this.scene = scene;
    this.say = sayer(scene.spoken);
  }

  /** Goes to another address as a link does, without loading the page anew. */
  async go(path: string): Promise<void> {
    await this.page.evaluate((to) => {
      history.pushState(null, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    }, path);
  }

  button(...key: Parameters<Say>): Locator {
    return this.page.getByRole("button", { name: this.say(...key), exact: true });
  }

  person(n: number): string {
    return this.scene.words.people[n] ?? "";
  }
}

/** A window over the screen that is open: what is pressed, one after the other, and what is then to be seen. */
function over(
  name: string,
  presses: readonly ((g: Guide) => Locator)[],
  ready: (g: Guide) => Locator = (g) => g.page.getByRole("dialog").last(),
): Stop {
  return {
    name,
    open: async (g) => {
      for (const press of presses) await press(g).click();
      await ready(g).waitFor();
    },
  };
}

/** A way to add friends: a tab of the window for it. */
function adding(name: string, tab: Key, ready: (g: Guide) => Locator): Stop {
  const press = (g: Guide): Locator => inside(g).getByRole("tab", { name: g.say(tab), exact: true });
  return over(name, [(g) => g.button("friends.add").first(), press], ready);
}

/** The menu of the first room, as a long press or the right button opens it, and what is pressed in it. */
function menu(name: string, presses: readonly ((g: Guide) => Locator)[]): Stop {
  return {
    name,
    open: async (g) => {
      await g.page.getByText(g.scene.words.group).first().click({ button: "right" });
      await inside(g).waitFor();
      for (const press of presses) await press(g).click();
      await inside(g).waitFor();
    },
  };
}

/** A screen with an address of its own. */
function at(name: string, path: string | ((g: Guide) => string), ready: (g: Guide) => Locator): Stop {
  return {
    name,
    open: async (g) => {
      await g.go(typeof path === "string" ? path : path(g));
      await ready(g).waitFor();
      // Grey bars stand for what is on its way.
      const bars = g.page.getByRole("status", { name: g.say("loading"), exact: true });
      for (const bar of await bars.all()) await bar.waitFor({ state: "detached" });
    },
  };
}

/** Something written into a field of the screen that is open; it is emptied when the stop is left. */
function writing(
  name: string,
  field: (g: Guide) => Locator,
  text: (g: Guide) => string,
  ready: (g: Guide) => Locator,
): Stop {
  return {
    name,
    open: async (g) => {
      await field(g).fill(text(g));
      await ready(g).waitFor();
    },
    leave: (g) => field(g).fill(""),
  };
}

const friend = (g: Guide): Locator => g.page.getByRole("button", { name: g.person(3) }).first();
const recommended = (g: Guide): Locator => g.page.getByRole("button", { name: g.say("friends.recommended") });
const inside = (g: Guide): Locator => g.page.getByRole("dialog").last();

/** A button by its words, inside the window that is open. */
const within =
  (...key: Parameters<Say>) =>
  (g: Guide): Locator =>
    inside(g).getByRole("button", { name: g.say(...key), exact: true });

/** The menu of the last message of the room. */
const message = (g: Guide): Locator => g.button("message.actions").last();

/** What else than words can be sent. */
const attach = (g: Guide): Locator => g.button("attach.open");

/** What is told about the room that is open. */
const about = (g: Guide): Locator => g.button("room.about").first();

/** What was shared in it. */
const shared = (g: Guide): Locator => inside(g).getByRole("button", { name: g.say("about.shared") });

/** A tab of the panel below the words. */
function emoji(name: string, tab: Key, ready: (g: Guide) => Locator): Stop {
  return {
    name,
    open: async (g) => {
      await g.button("emoji.panel").click();
      await g.page.getByRole("tab", { name: g.say(tab), exact: true }).click();
      await ready(g).waitFor();
    },
    leave: async (g) => {
      await g.page.getByRole("tab", { name: g.say(tab), exact: true }).press("Escape");
      await ready(g).waitFor({ state: "detached" });
    },
  };
}

/** The title of what fills a phone. */
const heading = (g: Guide): Locator => g.page.getByRole("main").getByRole("heading").first();

const nobody = "/rooms/00000000-0000-7000-8000-000000000000";

/** Every screen of somebody who is signed in. */
export const stops: readonly Stop[] = [
  at("friends", "/friends", friend),
  {
    name: "friends-recommended",
    open: async (g) => {
      await recommended(g).click();
      await g.page
        .getByRole("button", { name: g.say("friends.add-this") })
        .last()
        .waitFor();
    },
    leave: (g) => recommended(g).click(),
  },
  over("profile", [friend]),
  over("profile-block", [friend, within("profile.block")]),
  over("profile-name", [friend, within("profile.rename")]),
  over("me", [(g) => g.page.getByRole("button", { name: g.scene.words.me }).first()]),
  over(
    "my-code",
    [(g) => g.page.getByRole("button", { name: g.scene.words.me }).first(), within("code.mine")],
    within("code.copy"),
  ),
  at("person", (g) => `/@${g.scene.handles[5]}`, within("profile.add")),
  at("person-unknown", "/@nobody.here", (g) => inside(g).getByText(g.say("friends.no-handle"))),
  adding("add-by-handle", "friends.by-handle", (g) => inside(g).locator("input[name=handle]")),
  adding("add-by-phone", "friends.by-phone", (g) => inside(g).locator("input[type=tel]")),
  adding("add-by-code", "friends.by-code", (g) => inside(g).getByText(g.say("code.copy"))),
  adding("add-by-contacts", "friends.by-book", (g) => inside(g).getByLabel(g.say("book.paste"))),
  at("rooms", "/rooms", (g) => g.page.getByText(g.scene.words.group).first()),
  menu("room-menu", []),
  menu("room-mute", [within("room.mute")]),
  menu("room-leave", [within("room.leave")]),
  writing(
    "search",
    (g) => g.page.getByRole("searchbox").first(),
    (g) => g.person(0),
    (g) => g.page.getByRole("heading", { name: g.say("search.people"), exact: true }),
  ),
  writing(
    "search-nothing",
    (g) => g.page.getByRole("searchbox").first(),
    () => "xyzzy",
    (g) => g.page.getByText(g.say("search.nothing"), { exact: true }),
  ),
  at("new-room", "/rooms/new", (g) => g.page.getByText(g.person(3)).first()),
  at(
    "room",
    (g) => `/rooms/${g.scene.group}`,
    (g) => said(g, g.scene.words.talk.at(-1)?.[1]),
  ),
  over("message", [message]),
  over("message-forward", [message, within("message.forward")], (g) =>
    inside(g).getByText(g.person(0)).first(),
  ),
  over("message-readers", [message, within("readers.title")], (g) =>
    inside(g).getByText(g.person(2)).first(),
  ),
  over("message-emoji", [message, within("message.react-more")], (g) => inside(g).getByRole("searchbox")),
  over("message-delete", [message, within("message.delete-for-all")], within("cancel")),
  {
    name: "select",
    open: async (g) => {
      await message(g).click();
      await within("message.select")(g).click();
      await g.page.getByText(g.say("select.count", { n: 1 }), { exact: true }).waitFor();
    },
    leave: (g) => g.button("cancel").click(),
  },
  over("attach", [attach]),
  over("attach-voice", [attach, within("attach.voice")], within("voice.start")),
  over("attach-place", [attach, within("attach.place")], within("place.here")),
  over("attach-contact", [attach, within("attach.contact")], (g) => inside(g).getByText(g.person(0)).last()),
  over("about-room", [about]),
  over("about-nothing", [about, shared], (g) => inside(g).getByText(g.say("about.nothing-shared"))),
  over(
    "about-member",
    [about, (g) => inside(g).getByRole("button", { name: g.person(1) })],
    within("about.profile"),
  ),
  over("about-leave", [about, within("room.leave")], within("cancel")),
  over("invite-friends", [about, within("room.invite")], (g) => inside(g).getByText(g.person(4)).last()),
  over("invite-link", [about, within("invite.by-link"), within("invite.make")], within("invite.revoke")),
  {
    name: "room-search",
    open: async (g) => {
      await g.button("about.search").first().click();
      const field = g.page.getByRole("searchbox", { name: g.say("about.search"), exact: true });
      await field.fill(g.scene.words.talk.at(-1)?.[1].slice(0, 4) ?? "");
      await g.button("search.filters").click();
      await g.page.getByText(g.say("search.nth", { n: 1, of: "1" }), { exact: true }).waitFor();
    },
    leave: (g) => g.button("search.close").click(),
  },
  emoji("emoticons", "emoji.emoticons", (g) => g.button("emoticon.hello")),
  emoji("emoji", "emoji.emoji", (g) => g.page.getByRole("searchbox", { name: g.say("emoji.search") })),
  at(
    "room-things",
    (g) => `/rooms/${g.scene.things}`,
    (g) => said(g, g.scene.words.things.about),
  ),
  over("about-media", [about, shared], (g) =>
    inside(g).locator("div:has(> [data-photo]):not(:has([data-state=loading]))"),
  ),
  at(
    "room-direct",
    (g) => `/rooms/${g.scene.direct}`,
    (g) => said(g, g.scene.words.direct[1]),
  ),
  at(
    "memo",
    (g) => `/rooms/${g.scene.memo}`,
    (g) => said(g, g.scene.words.direct[0]),
  ),
  at("no-room", nobody, (g) => g.page.getByText(g.say("room.unknown"), { exact: true })),
  at("plus", "/plus", (g) => g.page.getByText(g.say("plus.none"), { exact: true })),
  at("more", "/more", (g) => g.page.getByRole("heading", { name: g.say("more.title"), exact: true })),
  {
    name: "keys",
    open: async (g) => {
      const keys = g.button("keys.title");
      // Where there is no keyboard there is no list of its keys.
      if ((await keys.count()) > 0) await keys.click();
    },
  },
  ...moreParts.map((part) => at(`more-${part}`, `/more/${part}`, heading)),
  {
    name: "crop",
    open: async (g) => {
      await g.go("/more/profile");
      const photo = { name: "me.jpg", mimeType: "image/jpeg", buffer: drawn("photo-1") };
      await g.page.getByLabel(g.say("photo.choose")).and(g.page.locator("input")).setInputFiles(photo);
      await inside(g).getByRole("slider").and(g.page.locator(":enabled")).waitFor();
    },
  },
  at(
    "invite",
    (g) => `/invite/${g.scene.invite}`,
    (g) => g.button("invite.join"),
  ),
  at("invite-gone", "/invite/nothing", (g) => g.page.getByText(g.say("fault.invite_invalid"))),
  at("nowhere", "/nothing", (g) => g.page.getByText(g.say("nowhere.title"))),
];

/** A message in the open room. */
function said(g: Guide, text: string | undefined): Locator {
  return g.page
    .getByRole("log")
    .getByText(text ?? "")
    .last();
}

/** Closes every window that a stop left open. */
export async function leave(guide: Guide, stop: Stop): Promise<void> {
  if (stop.leave !== undefined) return stop.leave(guide);
  const dialogs = guide.page.getByRole("dialog");
  // One window may lead back to another.
  for (let n = 0; n < windowsDeep && (await dialogs.count()) > 0; n++) {
    await guide.page.keyboard.press("Escape");
    await guide.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  }
  await dialogs.first().waitFor({ state: "detached" });
}

/** So many windows may lie over each other. */
const windowsDeep = 4;
