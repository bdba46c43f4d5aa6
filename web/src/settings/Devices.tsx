import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { moment } from "../text/dates";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { useWork } from "../ui/useWork";
import type { Device } from "../wire/types";
import css from "./Settings.module.css";

/** Where this account is signed in, and the way to end that. */
export default function Devices() {
  const session = useSession();
  const [devices, setDevices] = useState<readonly Device[]>();
  const { busy, fault, run } = useWork();
  const load = async (): Promise<void> => setDevices(await session.api.devices());
  const added = session.newDevices.value.length;
  useEffect(() => {
    void run(load);
  }, [added]);

  return (
    <section class={css.part}>
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      <ul class={css.devices}>
        {(devices ?? []).map((d) => (
          <li key={d.id} class={css.device}>
            <Icon name="device" />
            <span class={css.words}>
              <strong>{d.name === "" ? (d.client ?? t("devices.unnamed")) : d.name}</strong>
              <span>
                {d.current === true
                  ? t("devices.this")
                  : t("devices.seen", { at: moment(Date.parse(d.last_seen_at)) })}
              </span>
            </span>
            {d.current !== true && (
              <Button
                disabled={busy}
                aria-label={t("devices.revoke-this", { name: d.name })}
                onClick={() =>
                  run(async () => {
                    await session.api.revokeDevice(d.id);
                    await load();
                  })
                }
              >
                {t("devices.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {(devices?.length ?? 0) > 2 && (
        <Button
          wide
          busy={busy}
          onClick={() =>
            run(async () => {
              await session.api.revokeOtherDevices();
              await load();
            })
          }
        >
          {t("devices.revoke-others")}
        </Button>
      )}
    </section>
  );
}
