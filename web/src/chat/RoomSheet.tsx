import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { ProfileSheet } from "../friends/ProfileSheet";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { muted } from "../store/rooms";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Sheet } from "../ui/Sheet";
import { SidePanel } from "../ui/SidePanel";
import { useWork } from "../ui/useWork";
import type { ID, User } from "../wire/types";
import { PeoplePicker } from "./PeoplePicker";
import css from "./RoomSheet.module.css";
import { nameOf, roomTitle } from "./names";

/** So many members are shown at first. */
const shownAtFirst = 20;
/** Who is in a room, and what can be set or done about it. */
export function RoomSheet({ room, onClose }: { room: LiveRoom; onClose: () => void }) {
  const session = useSession();
  const { route } = useLocation();
  const { busy, fault, run } = useWork();
  const [inviting, setInviting] = useState(false);
  const [person, setPerson] = useState<User>();
  const info = room.info.value;
  const group = info.kind === "group";

  if (person !== undefined) return <ProfileSheet user={person} onClose={onClose} />;
  if (inviting) return <InviteSheet room={room} onClose={() => setInviting(false)} />;
  return (
    <SidePanel title={roomTitle(session, room)} onClose={onClose}>
      <div class={css.parts}>
        {fault !== undefined && (
          <p class={css.error} role="alert">
            {faultText(fault)}
          </p>
        )}
        {group && info.role !== "member" && <Rename room={room} />}
        <Switch
          label={t("room.mute")}
          on={muted(info)}
          onTurn={(on) => run(() => session.updateRoom(room, { mute: on ? "always" : "off" }))}
        />
        <Switch
          label={t("room.pin")}
          on={info.pinned === true}
          onTurn={(on) => run(() => session.updateRoom(room, { pinned: on }))}
        />
        <Members room={room} onChoose={setPerson} />
        {group && (
          <Button wide onClick={() => setInviting(true)}>
            {t("room.invite")}
          </Button>
        )}
        {info.kind !== "memo" && (
          <Button
            look="danger"
            wide
            busy={busy}
            onClick={async () => {
              if (!(await run(() => session.leaveRoom(room)))) return;
              onClose();
              route("/rooms", true);
            }}
          >
            {t(group ? "room.leave" : "room.clear")}
          </Button>
        )}
      </div>
    </SidePanel>
  );
}

function Rename({ room }: { room: LiveRoom }) {
  const session = useSession();
  const [title, setTitle] = useState(room.info.peek().title ?? "");
  const { busy, fault, run } = useWork();
  return (
    <form
      class={css.rename}
      onSubmit={(e) => {
        e.preventDefault();
        void run(() => session.updateRoom(room, { title: title.trim() }));
      }}
    >
      <Field
        label={t("room.title")}
        name="title"
        value={title}
        onValue={setTitle}
        error={fault && faultText(fault)}
      />
      <Button
        type="submit"
        busy={busy}
        disabled={title.trim() === "" || title.trim() === room.info.value.title}
      >
        {t("save")}
      </Button>
    </form>
  );
}

function Switch({ label, on, onTurn }: { label: string; on: boolean; onTurn: (on: boolean) => void }) {
  return (
    <label class={css.switch}>
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        onChange={(e) => onTurn(e.currentTarget.checked)}
      />
    </label>
  );
}

function Members({ room, onChoose }: { room: LiveRoom; onChoose: (user: User) => void }) {
  const session = useSession();
  const [all, setAll] = useState(false);
  const members = [...room.members.value.values()];
  const shown = all ? members : members.slice(0, shownAtFirst);
  const me = session.me.value?.id;
  return (
    <section>
      <h3 class={css.heading}>{t("room.members", { n: room.info.value.member_count })}</h3>
      <ul>
        {shown.map((m) => {
          const name = nameOf(session, m.user_id);
          return (
            <li key={m.user_id}>
              <button
                type="button"
                class={css.member}
                onClick={() => onChoose(session.people.get(m.user_id).peek() ?? asUser(m.user_id, name))}
              >
                <Avatar id={m.user_id} name={name} photo={m.photo_id} size="s" />
                <span>{m.user_id === me ? `${name} (${t("person.me")})` : name}</span>
                {(m.role === "owner" || m.role === "admin") && <small>{t("role", { role: m.role })}</small>}
              </button>
            </li>
          );
        })}
      </ul>
      {shown.length < members.length && <Button onClick={() => setAll(true)}>{t("room.all-members")}</Button>}
    </section>
  );
}

function asUser(id: ID, name: string): User {
  return { id, name };
}

function InviteSheet({ room, onClose }: { room: LiveRoom; onClose: () => void }) {
  const session = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<ID>>(new Set());
  const { busy, fault, run } = useWork();
  return (
    <Sheet title={t("room.invite")} onClose={onClose}>
      <div class={css.picker}>
        <PeoplePicker chosen={chosen} onChosen={setChosen} without={new Set(room.members.value.keys())} />
      </div>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <Button
        look="main"
        wide
        busy={busy}
        disabled={chosen.size === 0}
        onClick={async () => {
          if (await run(() => session.invite(room, [...chosen]))) onClose();
        }}
      >
        {t("room.invite-these", { n: chosen.size })}
      </Button>
    </Sheet>
  );
}
