import { useRef, useState } from "preact/hooks";
import { Fault } from "../net/fault";
import { useSession } from "../session";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { useWork } from "../ui/useWork";
import type { Me } from "../wire/types";
import { square } from "./picture";
import css from "./Settings.module.css";

/** The photo that others see, with the ways to choose another and to have none. */
export function ProfilePhoto({ me }: { me: Me }) {
  const { account } = useSession();
  const { busy, fault, run } = useWork();
  const [part, setPart] = useState(0);
  const input = useRef<HTMLInputElement>(null);

  const upload = (file: Blob): Promise<boolean> =>
    run(async () => {
      setPart(0);
      const picture = await square(file).catch(() => {
        throw new Fault("media_unreadable");
      });
      await account.setPhoto(picture, setPart);
    });

  return (
    <div class={css.me}>
      <Avatar id={me.id} name={me.name} photo={me.photo_id} size="xl" />
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t("photo.choose")}
        onChange={(e) => {
          const [file] = e.currentTarget.files ?? [];
          e.currentTarget.value = ""; // the same one may be chosen again
          if (file !== undefined) void upload(file);
        }}
      />
      <div class={css.pair}>
        <Button busy={busy} onClick={() => input.current?.click()}>
          {t("photo.choose")}
        </Button>
        {me.photo_id !== undefined && (
          <Button disabled={busy} onClick={() => run(() => account.removePhoto())}>
            {t("photo.remove")}
          </Button>
        )}
      </div>
      {busy && <progress class={css.progress} max={1} value={part} aria-label={t("photo.sending")} />}
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
    </div>
  );
}
