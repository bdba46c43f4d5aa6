import { useSession } from "../session";
import { readable } from "../sign-in/countries";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import css from "./Settings.module.css";

/** The number that the account belongs to, and the way out. */
export default function Account() {
  const session = useSession();
  const { busy, fault, run } = useWork();
  const me = session.me.value;
  if (me === undefined) return null;
  return (
    <>
      <section class={css.part}>
        <h2>{t("profile.phone")}</h2>
        <p>{readable(me.phone)}</p>
      </section>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <Button look="danger" wide busy={busy} onClick={() => run(() => session.signOut())}>
        {t("settings.sign-out")}
      </Button>
    </>
  );
}
