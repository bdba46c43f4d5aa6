import type { Device, Draft, Entry, Friend, ID, Me, Member, Role, Room, Time, User } from "../wire/types";
import type { Request } from "./http";
import type { DraftChange } from "./protocol";

/** What signing in sends beside the number and its code. */
export interface SignIn {
  phone: string;
  code: string;
  device_name: string;
  /** Of a protected account. */
  pin?: string;
  /** Start anew in place of an account whose PIN is not known. */
  fresh?: boolean;
  /** The documents that the person was shown and accepts by signing in. */
  terms_version: string;
  privacy_version: string;
  /** From the set-up link: makes the first administrator. */
  setup_token?: string;
  language?: string;
  time_zone?: string;
}

export interface Invitation {
  room_id?: ID;
  title?: string;
  member_count: number;
}

/** A link into a group. */
export interface InviteLink {
  token: string;
  url: string;
  expires_at: Time;
}

/** What a person notes about somebody; an empty nickname removes it. */
export type Marks = Partial<Pick<Friend, "favourite" | "hidden" | "blocked" | "nickname">>;

/** What messages are looked for; anything left out is anything. */
export interface Wanted {
  q?: string;
  room_id?: ID;
  sender_id?: ID;
  since?: Time;
  until?: Time;
  kind?: "photo" | "video" | "media" | "voice" | "file" | "link" | "contact" | "place" | "card" | "text";
}

export interface Found {
  room_id: ID;
  entry: Entry;
}

export interface FoundPage {
  messages: Found[];
  next_cursor?: string;
}

/** The usual lengths of muting a room. */
export type Mute = "1h" | "8h" | "morning" | "always" | "off";

/** What can be set of a room; the title is everybody's, the rest this person's alone. */
export interface RoomChange {
  title?: string;
  mute?: Mute;
  pinned?: boolean;
  /** The message that is to be the notice of the room for all; 0 takes it down. */
  notice_seq?: number;
}

/** How this server wakes devices, and whether it wakes this one. */
export interface PushMeans {
  kinds: string[];
  /** The kind by which this device is woken. */
  subscribed?: string;
  web_key: string;
}

/** Hours of every week without notifications, by the clock of the person's time zone. */
export interface QuietHours {
  /** When they begin: 1 is Monday, 7 is Sunday. */
  days: number[];
  /** As "22:00". */
  from: string;
  /** As "07:00"; not after `from`, it is on the next day. */
  to: string;
}

export interface PushSettings {
  /** Notifications show who says what. */
  preview: boolean;
  quiet: QuietHours[];
}

export type Profile = Partial<Pick<Me, "name" | "status_message" | "language" | "time_zone" | "country">> & {
  /** null removes it */
  photo_id?: ID | null;
};

/** The REST calls that the client makes, by what they do. */
export class Api {
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
  }

  /** Sends a code to the number; answers until when it is good. */
  requestCode(phone: string, language: string): Promise<{ phone: string; expires_at: Time }> {
    return this.#request("POST", "/v1/auth/codes", { phone, language });
  }

  /** Signs this browser in; the token comes as a cookie that scripts cannot read. */
  signIn(params: SignIn): Promise<{ user: Me; new?: boolean }> {
    return this.#request("POST", "/v1/auth/sessions", { ...params, cookie: true });
  }

  signOut(): Promise<unknown> {
    return this.#request("DELETE", "/v1/auth/sessions/current");
  }

  me(): Promise<Me> {
    return this.#request("GET", "/v1/me");
  }

  updateMe(profile: Profile): Promise<Me> {
    return this.#request("PATCH", "/v1/me", profile);
  }

  setHandle(handle: string): Promise<Me> {
    return this.#request("PUT", "/v1/me/handle", { handle });
  }

  /** `old` is the present PIN, where there is one. */
  setPin(pin: string, old?: string): Promise<unknown> {
    return this.#request("PUT", "/v1/me/pin", { pin, ...(old === undefined ? {} : { old_pin: old }) });
  }

  removePin(pin: string): Promise<unknown> {
    return this.#request("DELETE", "/v1/me/pin", { pin });
  }

  requestPhoneCode(
    phone: string,
    binding: string,
    language: string,
  ): Promise<{ phone: string; expires_at: Time }> {
    return this.#request("POST", "/v1/me/phone/codes", { phone, binding, language });
  }

  changePhone(phone: string, code: string, binding: string, pin?: string): Promise<Me> {
    return this.#request("PUT", "/v1/me/phone", {
      phone,
      code,
      binding,
      ...(pin === undefined ? {} : { pin }),
    });
  }

  deleteAccount(pin?: string): Promise<unknown> {
    return this.#request("DELETE", "/v1/me", pin === undefined ? {} : { pin });
  }

  friends(): Promise<Friend[]> {
    return this.#all<Friend>("/v1/friends?limit=1000", "friends");
  }

  /** Those of the friend list who are not shown in it. */
  hiddenFriends(): Promise<Friend[]> {
    return this.#all<Friend>("/v1/friends?limit=1000&only=hidden", "friends");
  }

  async blocks(): Promise<User[]> {
    return (await this.#request<{ users: User[] }>("GET", "/v1/blocks")).users;
  }

  /** Adds everybody who has one of the numbers; answers whom it found. */
  addContacts(phones: string[]): Promise<{ friends: Friend[] }> {
    return this.#request("POST", "/v1/contacts", { phones });
  }

  addFriend(id: ID): Promise<Friend> {
    return this.#request("PUT", `/v1/friends/${id}`, {});
  }

  removeFriend(id: ID): Promise<unknown> {
    return this.#request("DELETE", `/v1/friends/${id}`);
  }

  markFriend(id: ID, marks: Marks): Promise<Friend> {
    return this.#request("PATCH", `/v1/friends/${id}`, marks);
  }

  /** People who have this person's number and are not friends yet. */
  async recommendations(): Promise<User[]> {
    return (await this.#request<{ users: User[] }>("GET", "/v1/recommendations")).users;
  }

  block(id: ID): Promise<unknown> {
    return this.#request("PUT", `/v1/blocks/${id}`, {});
  }

  unblock(id: ID): Promise<unknown> {
    return this.#request("DELETE", `/v1/blocks/${id}`);
  }

  user(id: ID): Promise<User> {
    return this.#request("GET", `/v1/users/${id}`);
  }

  userByHandle(handle: string): Promise<User> {
    return this.#request("GET", `/v1/users/by-handle/${encodeURIComponent(handle)}`);
  }

  room(id: ID): Promise<Room> {
    return this.#request("GET", `/v1/rooms/${id}`);
  }

  members(id: ID): Promise<Member[]> {
    return this.#all<Member>(`/v1/rooms/${id}/members`, "members");
  }

  createRoom(memberIds: ID[], title?: string): Promise<Room> {
    return this.#request("POST", "/v1/rooms", {
      member_ids: memberIds,
      ...(title === undefined ? {} : { title }),
    });
  }

  updateRoom(id: ID, change: RoomChange): Promise<unknown> {
    return this.#request("PATCH", `/v1/rooms/${id}`, change);
  }

  /** Keeps what was begun to write, for all devices; an empty text removes it. */
  setDraft(id: ID, draft: DraftChange): Promise<{ draft?: Draft }> {
    return this.#request("PUT", `/v1/rooms/${id}/draft`, draft);
  }

  invite(id: ID, userIds: ID[]): Promise<unknown> {
    return this.#request("POST", `/v1/rooms/${id}/members`, { user_ids: userIds });
  }

  setRole(id: ID, user: ID, role: Role): Promise<unknown> {
    return this.#request("PATCH", `/v1/rooms/${id}/members/${user}`, { role });
  }

  removeMember(id: ID, user: ID): Promise<unknown> {
    return this.#request("DELETE", `/v1/rooms/${id}/members/${user}`);
  }

  createInvite(id: ID): Promise<InviteLink> {
    return this.#request("POST", `/v1/rooms/${id}/invites`, {});
  }

  revokeInvites(id: ID): Promise<unknown> {
    return this.#request("DELETE", `/v1/rooms/${id}/invites`);
  }

  leave(id: ID): Promise<unknown> {
    return this.#request("DELETE", `/v1/rooms/${id}/members/me`);
  }

  invitation(token: string): Promise<Invitation> {
    return this.#request("GET", `/v1/invites/${encodeURIComponent(token)}`);
  }

  acceptInvitation(token: string): Promise<Room> {
    return this.#request("POST", `/v1/invites/${encodeURIComponent(token)}`, {});
  }

  /** A page of the messages that are looked for, newest first; it may be empty and still not the last. */
  searchMessages(wanted: Wanted, cursor: string): Promise<FoundPage> {
    const query = new URLSearchParams(cursor === "" ? {} : { cursor });
    for (const [name, value] of Object.entries(wanted)) {
      if (typeof value === "string" && value.trim() !== "") query.set(name, value.trim());
    }
    return this.#request("GET", `/v1/search/messages?${query.toString()}`);
  }

  async devices(): Promise<Device[]> {
    return (await this.#request<{ devices: Device[] }>("GET", "/v1/devices")).devices;
  }

  revokeDevice(id: ID): Promise<unknown> {
    return this.#request("DELETE", `/v1/devices/${id}`);
  }

  revokeOtherDevices(): Promise<unknown> {
    return this.#request("DELETE", "/v1/devices");
  }

  pushMeans(): Promise<PushMeans> {
    return this.#request("GET", "/v1/push");
  }

  /** Has this browser woken; `keys` as its PushSubscription has them. */
  subscribe(endpoint: string, keys: Record<string, string>): Promise<unknown> {
    return this.#request("PUT", "/v1/push/subscription", { kind: "web", endpoint, keys });
  }

  unsubscribe(): Promise<unknown> {
    return this.#request("DELETE", "/v1/push/subscription");
  }

  /** Sends a notification to this device; answers when the push service took it. */
  testPush(): Promise<unknown> {
    return this.#request("POST", "/v1/push/test");
  }

  pushSettings(): Promise<PushSettings> {
    return this.#request("GET", "/v1/push/settings");
  }

  setPushSettings(settings: PushSettings): Promise<PushSettings> {
    return this.#request("PUT", "/v1/push/settings", settings);
  }

  /** All pages of a list. */
  async #all<T>(path: string, key: string): Promise<T[]> {
    const items: T[] = [];
    let cursor = "";
    do {
      const mark = path.includes("?") ? "&" : "?";
      const query = cursor === "" ? "" : `${mark}cursor=${encodeURIComponent(cursor)}`;
      const page = await this.#request<Record<string, unknown>>("GET", path + query);
      items.push(...((page[key] ?? []) as T[]));
      cursor = (page["next_cursor"] ?? "") as string;
    } while (cursor !== "");
    return items;
  }
}
