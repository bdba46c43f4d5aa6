import { useState } from "preact/hooks";
import { useSession } from "../session";
import { readable } from "../sign-in/countries";
import { type Language, choose, language, languages, ownNames, t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Pane } from "../ui/Pane";
import { useWork } from "../ui/useWork";
import type { Me } from "../wire/types";
import { Devices } from "./Devices";
import css from "./Settings.module.css";

/** The person's own things: profile, language, devices, and the way out. */
export default function SettingsScreen() {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const me = session.me.value;
  if (me === undefined) return null;
  return (
    <Pane title={t("settings.title")}>
      <div class={css.parts}>
        <div class={css.me}>
          <Avatar id={me.id} name={me.name} photo={me.photo_id} size="xl" />
          <p>{readable(me.phone)}</p>
          {me.admin === true && <p class={css.admin}>{t("settings.admin")}</p>}
        </div>
        <Profile key={me.id} me={me} />
        <section class={css.part}>
          <h2>{t("settings.language")}</h2>
          <select
            class={css.select}
            aria-label={t("settings.language")}
            value={language()}
            onChange={(e) => {
              const next = e.currentTarget.value as Language;
              void choose(next);
              void run(() => session.updateMe({ language: next }));
            }}
          >
            {languages.map((l) => (
              <option key={l} value={l} lang={l}>
                {ownNames[l]}
              </option>
            ))}
          </select>
        </section>
        <Devices />
        {fault !== undefined && (
          <p class={css.error} role="alert">
            {faultText(fault)}
          </p>
        )}
        <Button look="danger" wide busy={busy} onClick={() => run(() => session.signOut())}>
          {t("settings.sign-out")}
        </Button>
      </div>
    </Pane>
  );
}

function Profile({ me }: { me: Me }) {
  const session = useSession();
  const [name, setName] = useState(me.name);
  const [status, setStatus] = useState(me.status_message ?? "");
  const [handle, setHandle] = useState(me.handle ?? "");
  const [saved, setSaved] = useState(false);
  const { busy, fault, run } = useWork();
  const changed = name !== me.name || status !== (me.status_message ?? "") || handle !== (me.handle ?? "");
  const handleWrong = fault?.code === "handle_invalid" || fault?.code === "handle_taken";

  async function save(): Promise<void> {
    const done = await run(async () => {
      await session.updateMe({ name: name.trim(), status_message: status.trim() });
      if (handle !== (me.handle ?? "")) await session.setHandle(handle.trim().toLowerCase());
    });
    setSaved(done);
  }

  return (
    <form
      class={css.part}
      onInput={() => setSaved(false)}
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <h2>{t("settings.profile")}</h2>
      <Field
        label={t("profile.name")}
        name="name"
        value={name}
        onValue={setName}
        error={fault !== undefined && !handleWrong ? faultText(fault) : undefined}
      />
      <Field label={t("profile.status")} name="status" value={status} onValue={setStatus} />
      <Field
        label={t("profile.handle")}
        name="handle"
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        value={handle}
        onValue={setHandle}
        hint={t("profile.handle-hint")}
        error={handleWrong && fault !== undefined ? faultText(fault) : undefined}
      />
      <Button look="main" wide type="submit" busy={busy} disabled={!changed || name.trim() === ""}>
        {t("save")}
      </Button>
      <p class={css.note} role="status">
        {saved && t("saved")}
      </p>
    </form>
  );
}
