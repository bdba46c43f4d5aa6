import { signal } from "@preact/signals";
import type { Api, Marks } from "../net/api";
import { type Fault, faultOf } from "../net/fault";
import type { Friend, ID, User } from "../wire/types";
import type { People } from "./people";

/** Numbers in one question; a few seconds of work for a phone on a slow line. */
export const batch = 500;

/** What became of a phone book. */
export interface LookedUp {
  /** Who is a friend since. */
  added: readonly Friend[];
  /** How many of those who were found had been friends before. */
  known: number;
  /** How many numbers were looked up. */
  asked: number;
  /** Why the rest was not. */
  fault?: Fault;
}

/** Those whom the list does not show. */
export interface Aside {
  hidden: ReadonlyMap<ID, Friend>;
  blocked: ReadonlySet<ID>;
}

/** Friends is what a person can do about their friend list. `people.friends` shows what came of it. */
export class Friends {
  /** People who have this person's number. */
  readonly recommended = signal<readonly User[]>([]);
  /** Undefined until it was asked for. */
  readonly aside = signal<Aside | undefined>(undefined);
  readonly #api: Api;
  readonly #people: People;
  #loading: Promise<void> | undefined;
  #stale = false;
  /** Grows when somebody else signs in: answers to older questions are not theirs. */
  #age = 0;

  constructor(api: Api, people: People) {
    this.#api = api;
    this.#people = people;
  }

  /** Loads the list; what is asked for while it is being loaded is one more look. */
  load(): Promise<void> {
    if (this.#loading !== undefined) {
      this.#stale = true;
      return this.#loading;
    }
    const loading = this.#load().finally(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    this.#loading = loading;
    return loading;
  }

  async #load(): Promise<void> {
    const age = this.#age;
    do {
      this.#stale = false;
      const friends = await this.#api.friends();
      if (age !== this.#age) return;
      this.#people.setFriends(friends);
    } while (this.#stale);
  }

  async loadRecommended(): Promise<void> {
    const age = this.#age;
    const users = await this.#api.recommendations();
    if (age === this.#age) this.recommended.value = users;
  }

  async loadAside(): Promise<void> {
    const age = this.#age;
    const [hidden, blocked] = await Promise.all([this.#api.hiddenFriends(), this.#api.blocks()]);
    if (age !== this.#age) return;
    this.aside.value = {
      hidden: new Map(hidden.map((f) => [f.id, f])),
      blocked: new Set(blocked.map((u) => u.id)),
    };
  }

  async add(id: ID): Promise<void> {
    await this.#api.addFriend(id); // unblocks, too
    this.recommended.value = this.recommended.peek().filter((u) => u.id !== id);
    await this.#changed();
  }

  async remove(id: ID): Promise<void> {
    await this.#api.removeFriend(id);
    await this.#changed();
  }

  /** Changes what is noted about somebody; what is left out stays. */
  async mark(id: ID, marks: Marks): Promise<void> {
    this.#people.putFriend(await this.#api.markFriend(id, marks));
    await this.#changed();
  }

  /** Puts somebody back who was removed, with what was noted about them. */
  async restore({ id, favourite, hidden, nickname }: Friend): Promise<void> {
    const marks: Marks = {
      ...(favourite === true ? { favourite } : {}),
      ...(hidden === true ? { hidden } : {}),
      ...(nickname === undefined ? {} : { nickname }),
    };
    await this.#api.addFriend(id);
    if (Object.keys(marks).length > 0) await this.#api.markFriend(id, marks);
    await this.#changed();
  }

  /** Finds somebody by their number and makes them a friend; undefined when nobody has it. */
  async addByPhone(phone: string): Promise<Friend | undefined> {
    const { friends } = await this.#api.addContacts([phone]);
    await this.#changed();
    return friends[0];
  }

  /**
   * Makes friends of everybody who has one of the numbers, some hundred at a
   * time; `onProgress` hears how many are done. What was found before something
   * went wrong stays found, and asking for the same numbers again costs nothing.
   */
  async lookUp(phones: readonly string[], onProgress: (asked: number) => void): Promise<LookedUp> {
    await this.load();
    const before = new Set(this.#people.friends.peek()?.map((f) => f.id));
    const found = new Set<ID>();
    let asked = 0;
    let fault: Fault | undefined;
    for (; asked < phones.length && fault === undefined;) {
      const some = phones.slice(asked, asked + batch);
      try {
        for (const f of (await this.#api.addContacts(some)).friends) found.add(f.id);
        asked += some.length;
        onProgress(asked);
      } catch (thrown) {
        fault = faultOf(thrown);
      }
    }
    try {
      await this.#changed();
    } catch (thrown) {
      fault ??= faultOf(thrown); // the list comes with the next connection
    }
    // The last batch of a budget finds people and answers with the fault alone.
    const added = this.#people.friends.peek()?.filter((f) => !before.has(f.id)) ?? [];
    const known = [...found].filter((id) => before.has(id)).length;
    return { added, known, asked, ...(fault === undefined ? {} : { fault }) };
  }

  clear(): void {
    this.#age++;
    this.#loading = undefined;
    this.recommended.value = [];
    this.aside.value = undefined;
  }

  async #changed(): Promise<void> {
    const aside = this.aside.peek() === undefined ? undefined : this.loadAside();
    await Promise.all([this.load(), aside]);
  }
}
