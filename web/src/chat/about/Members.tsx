import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Virtualizer } from "virtua";
import { ProfileSheet } from "../../friends/ProfileSheet";
import { matching } from "../../friends/matching";
import { useSession } from "../../session";
import type { LiveRoom } from "../../store/live-room";
import type { Person } from "../../store/people";
import type { Session } from "../../store/session";
import { t } from "../../text";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { type Point, pointOf } from "../../ui/Menu";
import { Search } from "../../ui/Search";
import { useScroller } from "../../ui/scroll";
import { useWork } from "../../ui/useWork";
import { faultText } from "../../text/faults";
import type { ID, Member } from "../../wire/types";
import { nameOf } from "../names";
import css from "../RoomSheet.module.css";
import { MemberMenu } from "./MemberMenu";

/** So many members are shown at first. */
const atFirst = 30;
/** From so many on there is a search among them. */
const searchFrom = 12;
/** Height of a member's row, in pixels, until it is measured. */
const rowHeight = 48;
const ranks = { owner: 0, admin: 1, member: 2 } as const;

/** The people of a room by their roles; a tap tells more or what can be done. */
export function Members({ room, children }: { room: LiveRoom; children: ComponentChildren }) {
  const session = useSession();
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(atFirst);
  const [chosen, setChosen] = useState<{ member: Member; at: Point }>();
  const [profile, setProfile] = useState<Person>();
  const { busy, fault, run } = useWork();
  const list = useRef<HTMLDivElement>(null);
  const { scroller, above } = useScroller(list);
  const info = room.info.value;
  const members = ranked(session, [...room.members.value.values()]);
  const found = matching(members, wanted);
  const missing = info.member_count - members.length;
  const me = session.me.value?.id;

  function choose(member: Member, at: Point): void {
    if (info.kind === "group" && info.role !== "member" && member.user_id !== me) setChosen({ member, at });
    else setProfile(personFor(session, member.user_id));
  }

  return (
    <section>
      <h3 class={css.heading}>{t("room.members", { n: info.member_count })}</h3>
      {info.member_count >= searchFrom && (
        <Search label={t("about.find-member")} value={wanted} onValue={setWanted} />
      )}
      <ul class={css.people}>{children}</ul>
      {/* Of thousands only those near the window are in the page. */}
      <div ref={list} class={css.people}>
        <Virtualizer
          scrollRef={scroller}
          startMargin={above}
          data={found.slice(0, most)}
          itemSize={rowHeight}
          as="ul"
          item="li"
        >
          {({ member, name }) => (
            <button
              key={member.user_id}
              type="button"
              class={css.member}
              onClick={(e) => choose(member, pointOf(e))}
            >
              <Avatar id={member.user_id} name={name} photo={photoOf(session, member.user_id)} size="s" />
              <span>{member.user_id === me ? `${name} (${t("person.me")})` : name}</span>
              {(member.role === "owner" || member.role === "admin") && (
                <small>{t("role", { role: member.role })}</small>
              )}
            </button>
          )}
        </Virtualizer>
      </div>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      {(found.length > most || missing > 0) && (
        <Button
          wide
          busy={busy}
          onClick={() => {
            setMost(Number.POSITIVE_INFINITY);
            if (missing > 0) void run(() => session.groups.everybody(room));
          }}
        >
          {t("room.all-members")}
        </Button>
      )}
      {chosen !== undefined && (
        <MemberMenu
          room={room}
          {...chosen}
          onProfile={() => {
            setChosen(undefined);
            setProfile(personFor(session, chosen.member.user_id));
          }}
          onClose={() => setChosen(undefined)}
        />
      )}
      {profile !== undefined && <ProfileSheet user={profile} onClose={() => setProfile(undefined)} />}
    </section>
  );
}

/** Owner and admins first, the others as they came; each with the name that the reader knows. */
function ranked(session: Session, members: readonly Member[]): { member: Member; name: string }[] {
  return members
    .map((member) => ({ member, name: nameOf(session, member.user_id) }))
    .toSorted((a, b) => ranks[a.member.role ?? "member"] - ranks[b.member.role ?? "member"]);
}

function photoOf(session: Session, id: ID): ID | undefined {
  return session.people.get(id).value?.photo_id;
}

function personFor(session: Session, id: ID): Person {
  return session.people.get(id).peek() ?? { id, name: nameOf(session, id) };
}
