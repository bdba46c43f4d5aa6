import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import { AsideList } from "./AsideList";
import { PinSheet, type PinWish } from "./PinSheet";
import css from "./Settings.module.css";

/** What keeps the account safe, and who is kept away. */
export default function Privacy() {
  const { friends, me, people } = useSession();
  const [wish, setWish] = useState<PinWish>();
  const { busy, fault, run } = useWork();
  const aside = friends.aside.value;
  const protectedBy = me.value?.has_pin === true;
  useEffect(() => {
    void run(() => friends.loadAside());
  }, [friends]);

  return (
    <>
      <section class={css.part}>
        <h2>{t("sign-in.pin")}</h2>
        <p class={css.quietly}>{t(protectedBy ? "pin.on" : "pin.off")}</p>
        <div class={css.pair}>
          <Button onClick={() => setWish(protectedBy ? "change" : "set")}>
            {t(protectedBy ? "pin.change" : "pin.set")}
          </Button>
          {protectedBy && <Button onClick={() => setWish("remove")}>{t("pin.remove")}</Button>}
        </div>
      </section>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      {aside !== undefined && (
        <>
          <AsideList
            title={t("privacy.blocked")}
            none={t("privacy.no-blocked")}
            people={[...aside.blocked].map((id) => people.get(id).value ?? { id, name: "" })}
            action={t("profile.unblock")}
            actionFor={(name) => t("privacy.unblock", { name })}
            busy={busy}
            onBack={(id) => run(() => friends.mark(id, { blocked: false }))}
          />
          <AsideList
            title={t("privacy.hidden")}
            none={t("privacy.no-hidden")}
            people={[...aside.hidden.values()]}
            action={t("privacy.show")}
            actionFor={(name) => t("privacy.show-this", { name })}
            busy={busy}
            onBack={(id) => run(() => friends.mark(id, { hidden: false }))}
          />
        </>
      )}
      {wish !== undefined && <PinSheet wish={wish} onClose={() => setWish(undefined)} />}
    </>
  );
}
