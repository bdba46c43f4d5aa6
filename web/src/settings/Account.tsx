import { useState } from "preact/hooks";
import { useSession } from "../session";
import { readable } from "../sign-in/countries";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import { DeleteSheet } from "./DeleteSheet";
import { PhoneSheet } from "./PhoneSheet";
import css from "./Settings.module.css";

/** The number that the account belongs to, and the ways out. */
export default function Account() {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const [sheet, setSheet] = useState<"phone" | "delete">();
  const me = session.me.value;
  if (me === undefined) return null;
  const close = (): void => setSheet(undefined);
  return (
    <>
      <section class={css.part}>
        <h2>{t("profile.phone")}</h2>
        <div class={css.device}>
          <span class={css.words}>{readable(me.phone)}</span>
          <Button onClick={() => setSheet("phone")}>{t("phone.change")}</Button>
        </div>
      </section>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <Button wide busy={busy} onClick={() => run(() => session.signOut())}>
        {t("settings.sign-out")}
      </Button>
      <section class={css.part}>
        <h2>{t("delete.title")}</h2>
        <p class={css.quietly}>{t("delete.about")}</p>
        <Button look="danger" onClick={() => setSheet("delete")}>
          {t("delete.title")}
        </Button>
      </section>
      {sheet === "phone" && <PhoneSheet onClose={close} />}
      {sheet === "delete" && <DeleteSheet onClose={close} />}
    </>
  );
}
