import { type Signal, signal } from "@preact/signals";
import type { Friend, ID, User } from "../wire/types";

/** Somebody as far as we know them; enough to show a name and a picture. */
export type Person = Pick<User, "id" | "name"> & Partial<Friend>;

/** What somebody is called here: as the owner of the list calls them, else as they call themselves. */
export function calledName({ name, nickname }: Pick<Person, "name" | "nickname">): string {
  return nickname === undefined || nickname === "" ? name : nickname;
}

/** People holds everybody whom this device has heard of, and the friend list. */
export class People {
  /** Undefined until the list was loaded. */
  readonly friends = signal<readonly Friend[] | undefined>(undefined);
  /** Told of everybody about whom something was learned. */
  onPut: (person: Person) => void = () => undefined;
  readonly #people = new Map<ID, Signal<Person | undefined>>();
  readonly #missing: (id: ID) => void;

  /** `missing` is called once for each person who is asked for and not known. */
  constructor(missing: (id: ID) => void) {
    this.#missing = missing;
  }

  /** The person, as a signal: undefined until they are known. */
  get(id: ID): Signal<Person | undefined> {
    let person = this.#people.get(id);
    if (person === undefined) {
      person = signal(undefined);
      this.#people.set(id, person);
      this.#missing(id);
    }
    return person;
  }

  /** Takes what is known of somebody; a member of a room tells less than a profile and erases nothing. */
  put(person: Person): void {
    const known = this.#people.get(person.id);
    if (known === undefined) {
      this.#people.set(person.id, signal(person));
      this.onPut(person);
      return;
    }
    const before = known.peek();
    if (before !== undefined && tellsNothing(person, before)) return;
    known.value = { ...before, ...person };
    this.onPut(known.value);
  }

  /** Takes a whole profile: what it does not hold, as a photo, is no more. What is noted about them stays. */
  putProfile(user: User): void {
    const { nickname, phone, favourite, hidden, blocked } = this.#people.get(user.id)?.peek() ?? {};
    this.#replace({ ...given({ nickname, phone, favourite, hidden, blocked }), ...user });
  }

  /** Takes somebody with everything that is noted about them. */
  putFriend(friend: Friend): void {
    this.#replace(friend);
  }

  setFriends(friends: readonly Friend[]): void {
    // What was noted about people goes with the friendship.
    const now = new Set(friends.map((f) => f.id));
    for (const { id } of this.friends.peek() ?? []) {
      const known = now.has(id) ? undefined : this.#people.get(id)?.peek();
      if (known === undefined) continue;
      const { nickname: _n, phone: _p, favourite: _f, hidden: _h, blocked: _b, ...user } = known;
      this.#replace(user);
    }
    for (const f of friends) this.putFriend(f);
    this.friends.value = friends;
  }

  #replace(person: Person): void {
    const known = this.#people.get(person.id);
    const before = known?.peek();
    if (before !== undefined && tellsNothing(person, before) && tellsNothing(before, person)) return;
    if (known === undefined) this.#people.set(person.id, signal(person));
    else known.value = person;
    this.onPut(person);
  }

  clear(): void {
    this.friends.value = undefined;
    this.#people.clear();
  }
}

/** Whether everything in it is known already. */
function tellsNothing(news: Person, known: Person): boolean {
  return (Object.keys(news) as (keyof Person)[]).every((key) => news[key] === known[key]);
}

/** Only what there is. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}
