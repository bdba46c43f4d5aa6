import { useEffect, useState } from "preact/hooks";
import { IosCoach } from "../push/IosCoach";
import { lookAtPush, pushState, turnPushOff, turnPushOn } from "../push/push";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { toast } from "../ui/Toast";
import { Switch } from "../ui/Switch";
import { useWork } from "../ui/useWork";
import css from "./Settings.module.css";

/** Whether this device is woken, and what keeps it from that. */
export function PushHere() {
  const session = useSession();
  const state = pushState.value;
  const { busy, fault, run } = useWork();
  const [coach, setCoach] = useState(false);
  useEffect(() => {
    // The person may have allowed it in the browser meanwhile.
    const look = (): void => void lookAtPush(session.api).catch(() => undefined);
    look();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [session]);

  if (state === "install") {
    return (
      <div class={css.notice}>
        <p>{t("push.install")}</p>
        <Button onClick={() => setCoach(true)}>{t("push.install-how")}</Button>
        {coach && <IosCoach onClose={() => setCoach(false)} />}
      </div>
    );
  }
  if (state === "unsupported") return <p class={css.notice}>{t("push.unsupported")}</p>;
  return (
    <>
      <Switch
        label={t("push.here")}
        about={state === "denied" ? t("push.denied") : undefined}
        on={state === "on"}
        disabled={busy || state === "looking" || state === "denied"}
        onTurn={(on) => void run(() => (on ? turnPushOn(session.api) : turnPushOff(session.api)))}
      />
      {state === "on" && (
        <Button
          wide
          busy={busy}
          onClick={() =>
            run(async () => {
              await session.api.testPush();
              toast(t("push.tested"));
            })
          }
        >
          {t("push.test")}
        </Button>
      )}
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
    </>
  );
}
