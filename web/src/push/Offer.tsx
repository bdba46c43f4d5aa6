import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import { IosCoach } from "./IosCoach";
import css from "./Push.module.css";
import { pushState, turnPushOn } from "./push";

/** Where this browser keeps that the offer was made. */
const keptAs = "push.offered";

/** After the first message that was sent here: offers to tell of the answer. It is made once. */
export default function Offer() {
  const session = useSession();
  const [made, setMade] = useState(() => localStorage.getItem(keptAs) !== null);
  const { busy, fault, run } = useWork();
  const state = pushState.value;

  function done(): void {
    localStorage.setItem(keptAs, "yes");
    setMade(true);
  }

  if (made) return null;
  if (state === "install") return <IosCoach onClose={done} />;
  if (state !== "off" || Notification.permission !== "default") return null;
  return (
    <section class={css.offer} aria-label={t("push.offer")}>
      <p>
        {t("push.offer")}
        {fault !== undefined && <span role="alert">{faultText(fault)}</span>}
      </p>
      <div>
        <Button onClick={done}>{t("push.not-now")}</Button>
        <Button
          look="main"
          busy={busy}
          onClick={async () => {
            if (await run(() => turnPushOn(session.api))) done();
          }}
        >
          {t("push.turn-on")}
        </Button>
      </div>
    </section>
  );
}
