import { useState } from "preact/hooks";
import { useSession } from "../session";
import { CountryChoice } from "../sign-in/CountryChoice";
import { type Country, countries, e164, guessCountry, readable } from "../sign-in/countries";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useWork } from "../ui/useWork";
import type { Friend } from "../wire/types";
import css from "./Add.module.css";
import { FoundPerson } from "./FoundPerson";

interface Props {
  onClose: () => void;
  /** Shows the link that brings somebody here. */
  onInvite: () => void;
}

export function ByPhone({ onClose, onInvite }: Props) {
  const session = useSession();
  const me = session.me.value;
  const [country, setCountry] = useState(() => homeOf(me?.country ?? ""));
  const [written, setWritten] = useState("");
  const [found, setFound] = useState<{ friend: Friend | undefined; phone: string; known: boolean }>();
  const { busy, fault, run, forget } = useWork();
  const phone = e164(country, written);
  const mine = phone === me?.phone;

  function find(): void {
    setFound(undefined);
    if (mine) return;
    void run(async () => {
      const before = new Set(session.people.friends.peek()?.map((f) => f.id));
      const friend = await session.friends.addByPhone(phone);
      setFound({ friend, phone, known: friend !== undefined && before.has(friend.id) });
    });
  }

  return (
    <form
      class={css.form}
      onSubmit={(e) => {
        e.preventDefault();
        find();
      }}
    >
      <Field
        label={t("sign-in.phone")}
        type="tel"
        name="friend-phone"
        autocomplete="off"
        inputMode="tel"
        value={written}
        onValue={(value) => {
          setWritten(value);
          setFound(undefined);
          forget();
        }}
        hint={t("friends.phone-hint")}
        error={fault && faultText(fault)}
        before={<CountryChoice country={country} onCountry={setCountry} />}
      />
      {found?.friend !== undefined ? (
        <FoundPerson user={found.friend} added={!found.known} onClose={onClose} />
      ) : (
        <Button look="main" wide type="submit" busy={busy} disabled={!/\d{4}/.test(phone.slice(1))}>
          {t("friends.find")}
        </Button>
      )}
      <div role="status">
        {mine && <p class={css.note}>{t("friends.myself")}</p>}
        {found !== undefined && found.friend === undefined && (
          <>
            <p class={css.note}>{t("friends.no-phone", { phone: readable(found.phone) })}</p>
            <Button wide onClick={onInvite}>
              {t("friends.invite")}
            </Button>
          </>
        )}
      </div>
    </form>
  );
}

function homeOf(country: string): Country {
  const known = countries.find((c) => c === country);
  return known ?? guessCountry(navigator.languages, Intl.DateTimeFormat().resolvedOptions().timeZone);
}
