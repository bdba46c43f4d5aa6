import type { ID } from "../wire/types";
import type { Shelf } from "./shelf";

/** Larger ones are no thumbnails. Times the number of those that are kept it is 20 MB. */
const maxBytes = 100_000;

/** Pictures keeps the small forms of the last pictures that a person saw, for times without network. */
export class Pictures {
  readonly #shelf: Shelf;
  readonly #me: () => ID | undefined;
  #seen = new Set<ID>();

  constructor(shelf: Shelf, me: () => ID | undefined) {
    this.#shelf = shelf;
    this.#me = me;
  }

  /** The picture was seen; its small form, which never changes, is at the address. */
  async see(id: ID, address: string): Promise<void> {
    const me = this.#me();
    // The policy of the page lets it read bytes of this server alone.
    if (me === undefined || this.#seen.has(id) || !address.startsWith("/")) return;
    this.#seen.add(id);
    try {
      if ((await this.#shelf.picture(me, id)) !== undefined) return;
      const answer = await fetch(address);
      const blob = await answer.blob();
      if (!answer.ok || blob.size > maxBytes || me !== this.#me()) return;
      await this.#shelf.putPicture(me, id, blob);
    } catch {
      this.#seen.delete(id); // it is seen again
    }
  }

  async find(id: ID): Promise<Blob | undefined> {
    const me = this.#me();
    return me === undefined ? undefined : this.#shelf.picture(me, id).catch(() => undefined);
  }

  /** Another person signs in. What is kept goes with the shelf. */
  clear(): void {
    this.#seen = new Set();
  }
}
