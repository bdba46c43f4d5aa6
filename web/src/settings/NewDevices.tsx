import { useSession } from "../session";
import { t } from "../text";
import { IconButton } from "../ui/Button";
import { Icon } from "../ui/Icon";
import css from "./Settings.module.css";

/** Tells that another device signed in to this account, so that nobody does so unnoticed. */
export function NewDevices() {
  const session = useSession();
  return (
    <>
      {session.newDevices.value.map((device) => (
        <div key={device.id} class={css.news} role="alert">
          <Icon name="device" size={20} />
          <p>
            {t("devices.added", { name: device.name })} <a href="/more/devices">{t("devices.look")}</a>
          </p>
          <IconButton icon="close" label={t("close")} onClick={() => session.dismissDevice(device)} />
        </div>
      ))}
    </>
  );
}
