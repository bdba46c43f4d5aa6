import { useEffect, useState } from "preact/hooks";
import type { PushSettings } from "../net/api";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Switch } from "../ui/Switch";
import { useWork } from "../ui/useWork";
import { MutedRooms } from "./MutedRooms";
import { PushHere } from "./PushHere";
import { Quiet } from "./Quiet";
import css from "./Settings.module.css";

/** When and how a person is told of messages. */
export default function Notifications() {
  const session = useSession();
  const [settings, setSettings] = useState<PushSettings>();
  const { fault, run } = useWork();
  useEffect(() => {
    void run(async () => setSettings(await session.api.pushSettings()));
  }, [session]);

  const save = async (next: PushSettings): Promise<void> => {
    setSettings(await session.api.setPushSettings(next));
  };

  return (
    <>
      <section class={css.part}>
        <PushHere />
        {fault !== undefined && (
          <p class={css.error} role="alert">
            {faultText(fault)}
          </p>
        )}
        {settings !== undefined && (
          <Switch
            label={t("push.preview")}
            about={t("push.preview-about")}
            on={settings.preview}
            onTurn={(preview) => void run(() => save({ ...settings, preview }))}
          />
        )}
      </section>
      {settings !== undefined && (
        <Quiet quiet={settings.quiet} onSave={(quiet) => save({ ...settings, quiet })} />
      )}
      <MutedRooms />
    </>
  );
}
