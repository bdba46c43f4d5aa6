import type { Api, InviteLink } from "../net/api";
import type { ID, Role } from "../wire/types";
import type { LiveRoom } from "./live-room";
import type { People } from "./people";
import { personOf } from "./rooms";

/** Groups is what can be done about who is in a group, and as what. */
export class Groups {
  readonly #api: Api;
  readonly #people: People;
  readonly #refresh: (room: ID) => Promise<void>;

  constructor(api: Api, people: People, refresh: (room: ID) => Promise<void>) {
    this.#api = api;
    this.#people = people;
    this.#refresh = refresh;
  }

  /** Makes somebody an admin or a member; `owner` hands the group over. */
  async setRole(room: LiveRoom, user: ID, role: Role): Promise<void> {
    await this.#api.setRole(room.id, user, role);
    await this.#look(room);
  }

  async removeMember(room: LiveRoom, user: ID): Promise<void> {
    await this.#api.removeMember(room.id, user);
    await this.#look(room);
  }

  async invite(room: LiveRoom, people: ID[]): Promise<void> {
    await this.#api.invite(room.id, people);
    await this.#look(room);
  }

  /** A link by which anybody comes in, until it ends or all links are revoked. */
  link(room: LiveRoom): Promise<InviteLink> {
    return this.#api.createInvite(room.id);
  }

  async revokeLinks(room: LiveRoom): Promise<void> {
    await this.#api.revokeInvites(room.id);
  }

  /** Fetches everybody in the room; a large one tells only some of them by itself. */
  async everybody(room: LiveRoom): Promise<void> {
    const members = await this.#api.members(room.id);
    for (const m of members) this.#people.put(personOf(m));
    room.setMembers(members);
  }

  /** The room as it is now, with as many of its members as were known. */
  async #look(room: LiveRoom): Promise<void> {
    const all = room.members.peek().size >= room.info.peek().member_count;
    await this.#refresh(room.id);
    if (all && room.members.peek().size < room.info.peek().member_count) await this.everybody(room);
  }
}
