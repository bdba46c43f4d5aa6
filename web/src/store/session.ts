import { type Signal, batch, computed, signal } from "@preact/signals";
import { Api, type Profile, type RoomChange } from "../net/api";
import { backoff } from "../net/backoff";
import { faultOf } from "../net/fault";
import type { Request } from "../net/http";
import type { Greeting, Link, LinkOptions, State } from "../net/link";
import type { HelloParams } from "../net/protocol";
import { Shared } from "../net/shared";
import { type Line, Socket } from "../net/socket";
import type { Tabs } from "../net/tabs";
import type { Transport } from "../net/transport";
import type { Device, Entry, ID, Me, Mention } from "../wire/types";
import { Friends } from "./friends";
import { bound } from "./bound";
import { Drafts, type Note } from "./drafts";
import { forward } from "./forward";
import { Groups } from "./groups";
import { Account } from "./account";
import { Changes } from "./changes";
import { Have } from "./have";
import { type Ears, hear } from "./hear";
import { Jumps } from "./jump";
import { Keeper } from "./keeper";
import type { LiveRoom } from "./live-room";
import { Media } from "./media";
import { People } from "./people";
import { Pictures } from "./pictures";
import { Previews } from "./previews";
import { Quoted } from "./quoted";
import { Reads } from "./reads";
import { Rooms } from "./rooms";
import { MessageSearch } from "./search";
import type { Shelf } from "./shelf";
import { Sync } from "./sync";
import type { JobShelf } from "./uploads";
import { Writing } from "./writing";

/** What the program needs of the place it runs in. */
export interface Place {
  line: () => Line;
  request: Request;
  hello: () => HelloParams;
  /** Where what is known outlives the page. Without it everything is asked of the server. */
  shelf?: Shelf;
  /** Where a text that was begun without a line outlives the page. */
  note?: Note;
  /** What the tabs of this browser have in common. Without it each has a line of its own. */
  tabs?: Tabs | undefined;
  /** How files leave this device, and where unfinished ones are kept. */
  transport: Transport;
  jobs: JobShelf;
}

/** What a person is doing here: waiting for the first answer, signing in, or using the messenger. */
export type Phase = "starting" | "signed-out" | "signed-in";

/**
 * Session is the signed-in person on this device: what is known (as signals)
 * and what can be done. Views read the signals and call the functions; nothing
 * else talks to the server.
 */
export class Session {
  readonly api: Api;
  readonly connection = signal<State>({ name: "stopped" });
  readonly me = signal<Me | undefined>(undefined);
  /** Files: what they are and where their bytes are. */
  readonly media: Media;
  readonly account: Account;
  readonly people: People;
  readonly friends: Friends;
  readonly previews: Previews;
  /** What the person sends, and what of it is on its way. */
  readonly writing: Writing;
  readonly rooms: Rooms;
  readonly groups: Groups;
  /** What the person has begun to write, and not sent. */
  readonly begun: Drafts;
  /** Devices that signed in to this account while we were looking. */
  readonly newDevices = signal<readonly Device[]>([]);
  readonly phase: Signal<Phase>;
  /** Somebody signed in and the server does not know this browser: it kept no cookie. */
  readonly strange = signal(false);

  readonly #link: Link;
  readonly #changes: Changes;
  readonly #ears: Ears;
  readonly #sync: Sync;
  readonly #reads: Reads;
  readonly #have: Have;
  readonly #jumps: Jumps;
  readonly #quoted: Quoted;
  readonly #shelf: Shelf | undefined;
  readonly #keeper: Keeper | undefined;
  /** What is kept on the device is being read. */
  readonly #loading = signal(false);
  /** Ends when it was read. */
  #loaded: Promise<void> = Promise.resolve();
  #openRoom: ID | null = null;
  #entering = false;
  /** It is in this tab that the person signs out. */
  #leaving = false;
  /** Of the present connection. */
  #hello: Greeting | undefined;

  constructor(place: Place) {
    this.api = new Api(place.request);
    const pictures = place.shelf && new Pictures(place.shelf, () => this.me.peek()?.id);
    this.media = new Media(place.request, undefined, pictures);
    this.previews = new Previews(place.request);
    this.phase = computed(() => {
      if (this.me.value !== undefined) return "signed-in";
      if (this.#loading.value) return "starting";
      const name = this.connection.value.name;
      return name === "signed-out" || name === "stopped" ? "signed-out" : "starting";
    });
    this.account = new Account({
      api: this.api,
      transport: place.transport,
      onMe: (me) => this.#setMe(me),
      onEnd: () => this.#leave(),
    });
    this.people = new People((id) => void this.#lookUp(id));
    this.friends = new Friends(this.api, this.people);
    this.begun = new Drafts(async (room_id, draft) => {
      const answer = await this.#link.call("room.draft", { room_id, ...draft });
      this.#link.tell({ method: "draft", params: { room_id, ...answer } });
      return answer;
    }, place.note);
    this.rooms = new Rooms(this.people, (room) => this.begun.listed(room.id, room.draft));
    const options: LinkOptions = {
      open: place.line,
      hello: place.hello,
      onState: (state) => this.#state(state),
      onOnline: (hello) => {
        this.#hello = hello;
        this.#have.wanted = hello.have_wanted;
        void this.#online(hello, 0);
      },
      // What one piece of news changes is drawn once.
      onNotice: (news) => batch(() => hear(this.#ears, news)),
    };
    this.#link = place.tabs === undefined ? new Socket(options) : new Shared(place.tabs, options);
    const call = this.#link.call.bind(this.#link);
    this.#reads = new Reads((room_id, seq) => call("room.read", { room_id, seq }));
    this.#have = new Have(
      (rooms) => this.#link.notify("have", { rooms }),
      (id) => this.rooms.peek(id)?.head ?? 0,
    );
    this.groups = new Groups(this.api, this.people, (id) => this.#sync.refresh(id));
    this.#sync = new Sync(call, this.api, this.rooms, this.people, (id, entry) => this.#came(id, entry));
    this.#jumps = new Jumps((params) => this.#sync.page(params));
    this.#quoted = new Quoted(async (room_id, seq) => {
      const page = await this.#sync.page({ room_id, before: seq + 1, limit: 1 });
      return page.entries.find((e) => e.seq === seq);
    });
    this.#changes = new Changes(
      call,
      () => this.me.peek()?.id,
      (room, entry) => this.#put(room, entry),
    );
    this.writing = new Writing({
      link: this.#link,
      online: () => this.connection.peek().name === "online",
      rooms: this.rooms,
      changes: this.#changes,
      shelve: (change) => this.#shelve(change),
      uploads: { transport: place.transport, shelf: place.jobs, media: this.media },
      onSend: (id) => {
        // It stands at the end, which a part that was jumped to does not show.
        const room = this.rooms.peek(id);
        if (room !== undefined) this.toNewest(room);
      },
    });
    this.#ears = {
      rooms: this.rooms,
      sync: this.#sync,
      outbox: this.writing.outbox,
      quoted: this.#quoted,
      begun: this.begun,
      have: this.#have,
      newDevices: this.newDevices,
      signedIn: () => this.me.peek() !== undefined,
      onPerson: (event, user) => void this.#person(event, user),
    };
    this.#shelf = place.shelf;
    if (place.shelf !== undefined) {
      this.#keeper = new Keeper(place.shelf, {
        me: this.me,
        epoch: this.#sync.whole,
        rooms: this.rooms,
        people: this.people,
        writes: () => this.#link.leads,
      });
    }
  }

  /** Shows what this device kept, and connects; a browser that is signed in is recognised by its cookie. */
  start(): void {
    if (this.#keeper === undefined) {
      this.#link.start();
      return;
    }
    this.#loading.value = true;
    this.#loaded = this.#load(this.#keeper).finally(() => {
      this.#link.start();
      this.#loading.value = false;
    });
  }

  /** Writes to the device what is not there yet: the page may be about to end. */
  async rest(): Promise<void> {
    this.begun.flushAll();
    await this.#keeper?.flush();
  }

  /** Connects after signing in. */
  enter(): void {
    this.#entering = true;
    this.#link.start();
  }

  /** Looks whether the line lives: the person came back, or the network did. */
  wake(): void {
    this.#link.wake();
  }

  /** Signs this device out, here and on the server. */
  async signOut(): Promise<void> {
    await this.api.signOut();
    this.#leave();
  }

  /** Nobody is signed in here any more, by their own wish. */
  #leave(): void {
    this.#leaving = true;
    this.#link.stop();
    this.#forget();
    this.#leaving = false;
  }

  /** Gives a message of ours another text. */
  edit(room: LiveRoom, target: Entry, text: string, mentions: Mention[] = []): Promise<void> {
    return this.#changes.edit(room, target, text, mentions);
  }

  /** Deletes a message for everybody, or hides it from this person alone. */
  delete(room: LiveRoom, target: Entry, from: "all" | "me"): Promise<void> {
    return this.#changes.delete(room, target, from);
  }

  react(room: LiveRoom, target: Entry, emoji: string, remove: boolean): Promise<void> {
    return this.#changes.react(room, target, emoji, remove);
  }

  /** Sends copies of the room's messages to other rooms; `done` hears how many went out. */
  forward(
    room: LiveRoom,
    entries: readonly Entry[],
    to: readonly ID[],
    done?: (n: number) => void,
  ): Promise<void> {
    return forward((params) => this.#link.call("message.forward", params), room.id, entries, to, done);
  }

  /** The person looks at the room: loads what is needed and hears of typing and marks there. */
  async open(room: LiveRoom): Promise<void> {
    if (this.#openRoom !== room.id) {
      this.#openRoom = room.id;
      this.#tellOpen();
    }
    await this.#loaded;
    if (room.log.peek() === undefined) await this.#settled();
    await this.#sync.open(room);
  }

  /** The person looks elsewhere. */
  leave(room: ID): void {
    void this.begun.flush(room);
    if (this.#openRoom !== room) return;
    this.#openRoom = null;
    this.#tellOpen();
  }

  /** Loads the page before what is shown of the room. */
  older(room: LiveRoom): Promise<void> {
    const part = room.part.peek();
    return part === undefined ? this.#sync.older(room) : this.#jumps.older(room, part);
  }

  /** Loads the page after a part that the person jumped to. */
  newer(room: LiveRoom): Promise<void> {
    return this.#jumps.newer(room);
  }

  /** Shows the entry of that number (`room.jump` says so), however far back it is. */
  jumpTo(room: LiveRoom, seq: number): Promise<void> {
    return this.#jumps.to(room, seq);
  }

  /** Drops entries at the end of what is shown that is far from the reader, when there are too many. */
  bound(room: LiveRoom, far: "older" | "newer"): void {
    bound(room, far);
  }

  /** A message that another one answers, wherever in the room it is; undefined until it is here. */
  quoted(room: LiveRoom, seq: number): Entry | undefined {
    return this.#quoted.get(room.id, seq).value;
  }

  /** Leaves a part that the person jumped to. */
  toNewest(room: LiveRoom): void {
    this.#jumps.home(room);
  }

  /** Looks for messages. */
  search(): MessageSearch {
    return new MessageSearch((wanted, cursor) => this.api.searchMessages(wanted, cursor));
  }

  /** The person has seen everything up to the room's last entry. */
  read(room: LiveRoom): void {
    const me = this.me.peek();
    const { head_seq, read_seq } = room.info.peek();
    if (me === undefined || read_seq >= head_seq) return;
    room.read(me.id, head_seq);
    this.#reads.add(room.id, head_seq);
    this.#link.tell({ method: "read", params: { room_id: room.id, user_id: me.id, seq: head_seq } });
  }

  /** Makes or finds the room with these people. */
  async createRoom(members: ID[], title?: string): Promise<LiveRoom> {
    return this.#sync.put(await this.api.createRoom(members, title));
  }

  async acceptInvitation(token: string): Promise<LiveRoom> {
    return this.#sync.put(await this.api.acceptInvitation(token));
  }

  async leaveRoom(room: LiveRoom): Promise<void> {
    await this.api.leave(room.id);
    if (room.info.peek().kind === "group") this.rooms.remove(room.id);
    else {
      room.closeLog();
      await this.#sync.refresh(room.id);
    }
  }

  async updateRoom(room: LiveRoom, change: RoomChange): Promise<void> {
    await this.api.updateRoom(room.id, change);
    await this.#sync.refresh(room.id);
  }

  async updateMe(profile: Profile): Promise<void> {
    this.#setMe(await this.api.updateMe(profile));
  }

  async setHandle(handle: string): Promise<void> {
    this.#setMe(await this.api.setHandle(handle));
  }

  dismissDevice(device: Device): void {
    this.newDevices.value = this.newDevices.peek().filter((d) => d.id !== device.id);
  }

  /** Changes at once what is kept; where nothing can be kept it lives as long as the page. */
  #shelve(change: (shelf: Shelf, me: ID) => Promise<void>): void {
    const me = this.me.peek();
    if (this.#shelf !== undefined && me !== undefined) change(this.#shelf, me.id).catch(() => undefined);
  }

  async #load(keeper: Keeper): Promise<void> {
    const kept = await keeper.load();
    if (kept === undefined) return;
    this.#setMe(kept.me);
    void this.writing.uploads.begin(kept.me.id);
    for (const draft of kept.drafts) this.writing.outbox.take(draft);
    if (kept.epoch !== "") this.#sync.restore(kept.me.id, kept.epoch);
    await keeper.loadLogs();
  }

  /** Waits while the line is being made: what needs it is about to be possible, or not. */
  #settled(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.connection.subscribe(({ name }) => {
        if (name === "connecting") return;
        resolve();
        queueMicrotask(() => end());
      });
    });
  }

  /** Something came into the room. */
  #came(room: ID, { client_id }: Entry): void {
    if (client_id !== undefined) this.writing.outbox.arrived(room, client_id);
    this.#have.note(room);
    if (this.#keeper !== undefined && this.#link.leads) this.#sync.aheadSoon();
  }

  #state(state: State): void {
    this.connection.value = state;
    if (state.name !== "online") this.#hello = undefined;
    if (state.name === "signed-out") this.strange.value = this.#entering;
    if (state.name === "signed-out" || state.name === "stopped") this.#forget();
    if (state.name === "signed-out" || state.name === "online") this.#entering = false;
  }

  /** Catches up; what the server cannot give now is asked for again. A lost line ends it: the next begins anew. */
  async #online(hello: Greeting, tries: number): Promise<void> {
    try {
      await this.#catchUp(hello);
    } catch (thrown) {
      const fault = faultOf(thrown);
      if (fault.code === "offline") return;
      setTimeout(
        () => {
          if (hello === this.#hello) void this.#online(hello, tries + 1);
        },
        fault.retryAfterMs ?? backoff(tries),
      );
    }
  }

  async #catchUp(hello: Greeting): Promise<void> {
    const known = this.me.peek()?.id === hello.user.id;
    if (!known) this.#forget();
    if (!known || hello.late !== true) this.#setMe(hello.user);
    if (hello.late === true) void this.#person("profile", hello.user.id);
    this.#tellOpen();
    void this.writing.uploads.begin(hello.user.id);
    await this.#sync.online(hello.user.id, hello.epoch);
    this.#reads.flush();
    this.begun.flushAll();
    this.writing.outbox.flush();
    this.media.online();
    const open = this.#openRoom === null ? undefined : this.rooms.peek(this.#openRoom);
    if (this.#keeper !== undefined && this.#link.leads) this.#sync.aheadSoon();
    await Promise.all([open === undefined ? undefined : this.#sync.open(open), this.friends.load()]);
  }

  async #person(event: string, user: ID): Promise<void> {
    try {
      if (event === "friend") await this.friends.load();
      else if (user === this.me.peek()?.id) this.#setMe(await this.api.me());
      else this.people.putProfile(await this.api.user(user));
    } catch {
      // The next connection, or the next look at them, makes it good.
    }
  }

  /** Takes an entry that only this tab was told of. */
  #put(room_id: ID, entry: Entry): void {
    this.#sync.entry(room_id, entry);
    this.#link.tell({ method: "entry", params: { room_id, entry } });
  }

  #tellOpen(): void {
    this.#link.show(this.#openRoom);
  }

  async #lookUp(id: ID): Promise<void> {
    try {
      this.people.put(await this.api.user(id));
    } catch (thrown) {
      // Somebody who cannot be seen stays without a name.
      if (faultOf(thrown).code === "user_unknown") this.people.put({ id, name: "", deleted: true });
    }
  }

  #setMe(me: Me): void {
    this.begun.begin(me.id);
    this.me.value = me;
    this.people.putProfile(me);
  }

  #forget(): void {
    // One tab clears the device: what another did late would hit the next person.
    if (this.#link.leads || this.#leaving) this.#shelve((shelf, me) => shelf.clear(me));
    this.me.value = undefined;
    this.writing.outbox.clear();
    this.begun.clear();
    this.#reads.clear();
    this.#quoted.clear();
    this.rooms.clear();
    this.people.clear();
    void this.writing.uploads.forget();
    this.media.clear();
    this.friends.clear();
    this.previews.clear();
    this.newDevices.value = [];
    this.#sync.forget();
    this.#keeper?.forget();
  }
}
