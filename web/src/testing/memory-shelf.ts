import type { Draft } from "../net/outbox";
import type { Changes, Kept, KeptLog, KeptRoom, Shelf } from "../store/shelf";
import type { Person } from "../store/people";
import type { ID } from "../wire/types";

interface Box extends Pick<Changes, "me" | "epoch" | "friends"> {
  people: Map<ID, Person>;
  rooms: Map<ID, KeptRoom>;
  logs: Map<ID, KeptLog>;
  drafts: Map<ID, Draft>;
  pictures: Map<ID, Blob>;
}

/** A shelf that outlives the sessions of a test. It copies what it is given, as IndexedDB does. */
export class MemoryShelf implements Shelf {
  /** Makes every function fail, as a browser does that allows no storage. */
  broken = false;
  saves = 0;
  #last: ID | undefined;
  readonly #boxes = new Map<ID, Box>();

  load(): Promise<Kept | undefined> {
    return this.#do(() => {
      const box = this.#last === undefined ? undefined : this.#boxes.get(this.#last);
      if (box?.me === undefined) return undefined;
      const { me, epoch, friends } = box;
      const [people, rooms, drafts] = [box.people, box.rooms, box.drafts].map((m) => [...m.values()]) as [
        Person[],
        KeptRoom[],
        Draft[],
      ];
      return { me, epoch: epoch ?? "", friends, people, rooms, drafts };
    });
  }

  logs(): Promise<readonly KeptLog[]> {
    return this.#do(() => [...this.box(this.#last ?? "").logs.values()]);
  }

  save(me: ID, changes: Changes): Promise<void> {
    return this.#do(() => {
      this.saves++;
      this.#last = me;
      const box = this.box(me);
      const { people, rooms, logs, unlogged, gone, ...facts } = structuredClone(changes);
      Object.assign(box, facts);
      for (const person of people) box.people.set(person.id, person);
      for (const room of rooms) box.rooms.set(room.info.id, room);
      for (const log of logs) box.logs.set(log.id, log);
      for (const id of [...unlogged, ...gone]) box.logs.delete(id);
      for (const id of gone) box.rooms.delete(id);
    });
  }

  putDraft(me: ID, draft: Draft): Promise<void> {
    return this.#do(() => void this.box(me).drafts.set(draft.client_id, draft));
  }

  dropDraft(me: ID, client: ID): Promise<void> {
    return this.#do(() => void this.box(me).drafts.delete(client));
  }

  putPicture(me: ID, id: ID, blob: Blob): Promise<void> {
    return this.#do(() => void this.box(me).pictures.set(id, blob));
  }

  picture(me: ID, id: ID): Promise<Blob | undefined> {
    return this.#do(() => this.box(me).pictures.get(id));
  }

  clear(me: ID): Promise<void> {
    return this.#do(() => {
      this.#boxes.delete(me);
      if (this.#last === me) this.#last = undefined;
    });
  }

  /** What lies here of a person. */
  box(me: ID): Box {
    let box = this.#boxes.get(me);
    if (box === undefined) {
      box = { people: new Map(), rooms: new Map(), logs: new Map(), drafts: new Map(), pictures: new Map() };
      this.#boxes.set(me, box);
    }
    return box;
  }

  get people(): number {
    return this.#boxes.size;
  }

  async #do<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.broken) throw new Error("storage is not allowed");
    return work();
  }
}
