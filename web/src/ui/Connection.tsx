import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import css from "./Connection.module.css";

/** A short loss is no news; what lasts longer than this is shown. */
const quietMs = 1500;

/** Says that there is no connection, when it is tried again, and lets the person try now. */
export function Connection() {
  const session = useSession();
  const state = session.connection.value;
  const away = state.name === "waiting" || state.name === "connecting";
  const [shown, setShown] = useState(false);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!away) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), quietMs);
    return () => clearTimeout(timer);
  }, [away]);
  useEffect(() => {
    if (!shown) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [shown]);
  if (!shown || !away) return null;
  const seconds = state.name === "waiting" ? Math.max(0, Math.ceil((state.until - now) / 1000)) : 0;
  return (
    <div class={css.banner} role="status">
      <span>{seconds > 0 ? t("offline.wait", { n: seconds }) : t("offline.trying")}</span>
      <button type="button" onClick={() => session.wake()} disabled={state.name === "connecting"}>
        {t("offline.now")}
      </button>
    </div>
  );
}
