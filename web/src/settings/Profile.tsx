import { Suspense, lazy } from "preact/compat";
import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useWork } from "../ui/useWork";
import type { Me } from "../wire/types";
import { ProfilePhoto } from "./ProfilePhoto";
import css from "./Settings.module.css";

const MyCode = lazy(() => import("../friends/MyCode"));

/** How others see this person. */
export default function Profile() {
  const me = useSession().me.value;
  if (me === undefined) return null;
  return (
    <>
      <ProfilePhoto me={me} />
      <ProfileForm key={me.id} me={me} />
      {me.handle !== undefined && (
        <section class={css.part}>
          <h2>{t("code.mine")}</h2>
          <Suspense fallback={null}>
            <MyCode />
          </Suspense>
        </section>
      )}
    </>
  );
}

function ProfileForm({ me }: { me: Me }) {
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
