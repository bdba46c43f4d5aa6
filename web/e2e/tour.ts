import type { Locator, Page } from "playwright-core";
import { type Scene } from "./scene";
import { type Say, sayer } from "./words";

/** A screen of the client, how one comes to it, and whether all of it is there. */
export interface Stop {
  name: string;
  /** Opens the screen and waits until it shows what it has. */
  open: (guide: Guide) => Promise<void>;
  /** Leaves what `open` opened above the screen; by default Escape. */
  leave?: (guide: Guide) => Promise<void>;
  /** Whether a desktop shows nothing else than the phone's other screens do. */
  phoneOnly?: boolean;
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

  /** Opens a window over the page by a button. */
  async opens(button: Locator): Promise<Locator> {
    await button.click();
    const dialog = this.page.getByRole("dialog").last();
    await dialog.waitFor();
    return dialog;
  }

  /** Opens a room and waits for one of its messages. */
  async room(id: string, text: string): Promise<void> {
    await this.go(`/rooms/${id}`);
    await this.page.getByRole("log").getByText(text).last().waitFor();
  }

  person(n: number): string {
    return this.scene.words.people[n] ?? "";
  }
}

/** Every screen of somebody who is signed in. */
export const stops: readonly Stop[] = [
  {
    name: "friends",
    open: async (g) => {
      await g.go("/friends");
      await g.page
        .getByRole("button", { name: g.person(3) })
        .first()
        .waitFor();
    },
  },
  {
    name: "profile",
    open: async (g) => {
      const dialog = await g.opens(g.page.getByRole("button", { name: g.person(3) }).first());
      await dialog.getByText(g.person(3)).first().waitFor();
    },
  },
  {
    name: "add-by-handle",
    open: async (g) => {
      await g.opens(g.button("friends.add").first());
    },
  },
  {
    name: "add-by-phone",
    open: async (g) => {
      const dialog = await g.opens(g.button("friends.add").first());
      await dialog.getByRole("tab", { name: g.say("friends.by-phone"), exact: true }).click();
      await dialog.getByLabel(g.say("sign-in.phone")).waitFor();
    },
  },
  {
    name: "add-by-code",
    open: async (g) => {
      const dialog = await g.opens(g.button("friends.add").first());
      await dialog.getByRole("tab", { name: g.say("friends.by-code"), exact: true }).click();
      await dialog
        .getByText(g.say("code.needs-handle"))
        .or(dialog.getByText(g.say("code.copy")))
        .first()
        .waitFor();
    },
  },
  {
    name: "add-by-contacts",
    open: async (g) => {
      const dialog = await g.opens(g.button("friends.add").first());
      await dialog.getByRole("tab", { name: g.say("friends.by-book"), exact: true }).click();
      await dialog.getByLabel(g.say("book.paste")).waitFor();
    },
  },
  {
    name: "rooms",
    open: async (g) => {
      await g.go("/rooms");
      await g.page.getByText(g.scene.words.group).first().waitFor();
    },
  },
  {
    name: "new-room",
    open: async (g) => {
      await g.go("/rooms/new");
      await g.page.getByText(g.person(3)).first().waitFor();
    },
  },
  {
    name: "room",
    open: (g) => g.room(g.scene.group, g.scene.words.talk.at(-1)?.[1] ?? ""),
  },
  {
    name: "message",
    open: async (g) => {
      await g.opens(g.button("message.actions").last());
    },
  },
  {
    name: "about-room",
    open: async (g) => {
      await g.opens(g.button("room.about").first());
    },
  },
  {
    name: "invite-friends",
    open: async (g) => {
      const dialog = await g.opens(g.button("room.about").first());
      await dialog.getByRole("button", { name: g.say("room.invite"), exact: true }).click();
      await g.page.getByRole("dialog").last().getByText(g.person(4)).last().waitFor();
    },
  },
  {
    name: "room-things",
    open: (g) => g.room(g.scene.things, g.scene.words.things.about),
  },
  {
    name: "memo",
    open: (g) => g.room(g.scene.memo, g.scene.words.direct[0] ?? ""),
  },
  {
    name: "no-room",
    open: async (g) => {
      await g.go("/rooms/00000000-0000-7000-8000-000000000000");
      await g.page.getByText(g.say("room.unknown")).waitFor();
    },
  },
  {
    name: "plus",
    open: async (g) => {
      await g.go("/plus");
      await g.page.getByRole("heading", { name: g.say("plus.none"), exact: true }).waitFor();
    },
  },
  {
    name: "more",
    open: async (g) => {
      await g.go("/more");
      await g.page.getByText(g.say("about.title")).first().waitFor();
    },
  },
  {
    name: "shortcuts",
    open: async (g) => {
      await g.go("/more");
      await g.opens(g.button("keys.title"));
    },
  },
  ...(
    [
      ["profile", "settings.profile"],
      ["devices", "devices.title"],
      ["account", "account.title"],
      ["language", "settings.language"],
      ["about", "about.title"],
    ] as const
  ).map(([part, title]): Stop => ({
    name: `more-${part}`,
    open: async (g) => {
      await g.go(`/more/${part}`);
      await g.page.getByRole("heading", { name: g.say(title), exact: true, level: 1 }).waitFor();
      await g.page.getByRole("main").locator("[class*=parts] > *").first().waitFor();
    },
  })),
  {
    name: "invite",
    open: async (g) => {
      await g.go(`/invite/${g.scene.invite}`);
      await g.button("invite.join").waitFor();
    },
  },
  {
    name: "invite-gone",
    open: async (g) => {
      await g.go("/invite/nothing");
      await g.page.getByText(g.say("fault.invite_invalid")).waitFor();
    },
  },
  {
    name: "nowhere",
    open: async (g) => {
      await g.go("/nothing");
      await g.page.getByText(g.say("nowhere.title")).waitFor();
    },
  },
];

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
