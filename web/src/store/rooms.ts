import { computed, signal } from "@preact/signals";
import type { ID, Member, Room } from "../wire/types";
import { LiveRoom } from "./live-room";
import type { People, Person } from "./people";
import type { KeptRoom } from "./shelf";

/** Rooms holds every room of the signed-in person. */
export class Rooms {
  readonly all = signal<ReadonlyMap<ID, LiveRoom>>(new Map());
  /** Whether the list has been loaded at least once. */
  readonly loaded = signal(false);
  /** The rooms as the list shows them: pinned ones first, then by last activity. */
  readonly list = computed(() => {
    const next = [...this.all.value.values()].toSorted(byActivity);
    // The same list as long as its order stays: every message moves the activity of its room.
    if (next.length !== this.#listed.length || next.some((r, i) => r !== this.#listed[i]))
      this.#listed = next;
    return this.#listed;
  });
  /** Unread messages of all rooms that are not muted. */
  readonly unread = computed(() => {
    let sum = 0;
    for (const room of this.all.value.values()) if (!muted(room.info.value)) sum += room.unread.value;
    return sum;
  });

  readonly #people: People;
  #listed: readonly LiveRoom[] = [];
  readonly #came: (room: Room) => void;

  /** `came` is told of every room that is taken. */
  constructor(people: People, came: (room: Room) => void = () => undefined) {
    this.#people = people;
    this.#came = came;
  }

  get(id: ID): LiveRoom | undefined {
    return this.all.value.get(id);
  }

  /** The room without subscribing to the list. */
  peek(id: ID): LiveRoom | undefined {
    return this.all.peek().get(id);
  }

  /** Takes a room as the server gave it. */
  put(me: ID, room: Room): LiveRoom {
    for (const m of room.members) this.#people.put(personOf(m));
    this.#came(room);
    const known = this.peek(room.id);
    if (known !== undefined) {
      known.refresh(room);
      return known;
    }
    const live = new LiveRoom(me, room);
    this.all.value = new Map(this.all.peek()).set(room.id, live);
    return live;
  }

  /** Takes the whole list as this device kept it. */
  restore(me: ID, kept: readonly KeptRoom[]): void {
    const all = new Map<ID, LiveRoom>();
    for (const room of kept) {
      for (const m of room.info.members) this.#people.put(personOf(m));
      this.#came(room.info);
      const live = new LiveRoom(me, room.info);
      live.restore(room);
      all.set(live.id, live);
    }
    this.all.value = all;
    this.loaded.value = true;
  }

  remove(id: ID): void {
    const all = new Map(this.all.peek());
    if (all.delete(id)) this.all.value = all;
  }

  clear(): void {
    this.all.value = new Map();
    this.loaded.value = false;
  }
}

function byActivity(a: LiveRoom, b: LiveRoom): number {
  const pinned = Number(b.info.value.pinned === true) - Number(a.info.value.pinned === true);
  return pinned || b.activity.value - a.activity.value || (a.id < b.id ? 1 : -1);
}

export function muted(room: Room): boolean {
  return room.muted_until !== undefined && Date.parse(room.muted_until) > Date.now();
}

/** What a member tells of the person. */
export function personOf({ user_id, name, photo_id, placeholder }: Member): Person {
  return {
    id: user_id,
    name,
    ...(photo_id === undefined ? {} : { photo_id }),
    ...(placeholder === undefined ? {} : { placeholder }),
  };
}
