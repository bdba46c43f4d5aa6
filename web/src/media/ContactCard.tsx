import { useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { useSession } from "../session";
import { readable } from "../sign-in/countries";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { useWork } from "../ui/useWork";
import type { Contact } from "../wire/types";
import css from "./ContactCard.module.css";

interface Props {
  contact: Contact;
  /** It is a message that was sent, so that something can be done with it. */
  live: boolean;
}

/** Somebody's card: talk to them, add them, or call them. */
export function ContactCard({ contact, live }: Props) {
  const session = useSession();
  const { route } = useLocation();
  const { busy, fault, run } = useWork();
  const [note, setNote] = useState("");
  const { user_id: user, phone } = contact;
  const person = user === undefined ? undefined : session.people.get(user).value;
  const friends = session.people.friends.value ?? [];
  const known =
    user === session.me.value?.id ||
    friends.some((f) => (user === undefined ? f.phone !== undefined && f.phone === phone : f.id === user));

  const chat = (id: string): void => {
    void run(async () => {
      const room = await session.createRoom(id === session.me.peek()?.id ? [] : [id]);
      route(`/rooms/${room.id}`);
    });
  };
  const add = (): void => {
    void run(async () => {
      if (user !== undefined) await session.friends.add(user);
      else if (phone !== undefined && (await session.friends.addByPhone(phone)) === undefined)
        setNote(t("contact.not-here"));
    });
  };

  return (
    <div class={css.contact}>
      <div class={css.about}>
        <Avatar id={user ?? contact.name} name={contact.name} size="m" />
        <span class={css.words}>
          <strong>{contact.name}</strong>
          {phone !== undefined && <span>{readable(phone)}</span>}
          {phone === undefined && person?.status_message !== undefined && (
            <span>{person.status_message}</span>
          )}
        </span>
      </div>
      {live && person?.deleted !== true && (
        <div class={css.buttons}>
          {user !== undefined && (
            <button type="button" disabled={busy} onClick={() => chat(user)}>
              {t("profile.talk")}
            </button>
          )}
          {phone !== undefined && (
            <a href={`tel:${phone}`} aria-label={t("contact.call", { name: contact.name })}>
              {t("contact.to-call")}
            </a>
          )}
          {!known && (
            <button type="button" disabled={busy} onClick={add}>
              {t("contact.add")}
            </button>
          )}
        </div>
      )}
      {(note !== "" || fault !== undefined) && (
        <p class={css.note} role="alert">
          {fault === undefined ? note : faultText(fault)}
        </p>
      )}
    </div>
  );
}
