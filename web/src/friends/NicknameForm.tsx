import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import type { Person } from "../store/people";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useWork } from "../ui/useWork";
import css from "./Profile.module.css";

/** Another name for a friend, which this person alone sees. */
export function NicknameForm({ person, onDone }: { person: Person; onDone: () => void }) {
  const { friends } = useSession();
  const [nickname, setNickname] = useState(person.nickname ?? "");
  const { busy, fault, run } = useWork();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  return (
    <form
      class={css.form}
      onSubmit={async (e) => {
        e.preventDefault();
        if (await run(() => friends.mark(person.id, { nickname: nickname.trim() }))) onDone();
      }}
    >
      <Field
        label={t("profile.nickname")}
        name="nickname"
        autocomplete="off"
        placeholder={person.name}
        value={nickname}
        onValue={setNickname}
        inputRef={input}
        hint={t("profile.nickname-hint")}
        error={fault && faultText(fault)}
      />
      <div class={css.pair}>
        <Button onClick={onDone}>{t("cancel")}</Button>
        <Button look="main" type="submit" busy={busy}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
