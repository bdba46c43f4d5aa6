import { Suspense, lazy } from "preact/compat";
import { useRef, useState } from "preact/hooks";
import { type Refusal, most } from "../media/cut";
import { useSession } from "../session";
import { t } from "../text";
import { bytes } from "../text/dates";
import { faultText } from "../text/faults";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { toast } from "../ui/Toast";
import { useWork } from "../ui/useWork";
import type { Me } from "../wire/types";
import css from "./Settings.module.css";

const CropSheet = lazy(() => import("../media/CropSheet"));

/** The photo that others see, with the ways to choose another and to have none. */
export function ProfilePhoto({ me }: { me: Me }) {
  const { account } = useSession();
  const { busy, fault, run, forget } = useWork();
  const [chosen, setChosen] = useState<Blob>();
  const [refusal, setRefusal] = useState<Refusal>();
  /** What was cut and is not with the server: on its way, or to be tried again. */
  const [unsent, setUnsent] = useState<Blob>();
  const [part, setPart] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const sending = useRef<AbortController>(null);

  const onItsWay = busy && unsent !== undefined;

  /** Says what was done, and takes it back when asked to. */
  const done = (text: string): void => {
    const before = me.photo_id ?? null;
    toast(text, { label: t("undo"), run: () => void run(() => account.showPhoto(before)) });
  };

  const send = (picture: Blob): Promise<boolean> =>
    run(async () => {
      const stop = new AbortController();
      sending.current = stop;
      setPart(0);
      setUnsent(picture);
      try {
        await account.setPhoto(picture, setPart, stop.signal);
        done(t("photo.saved"));
      } catch (thrown) {
        if (!stop.signal.aborted) throw thrown;
      } finally {
        sending.current = null;
      }
      setUnsent(undefined);
    });

  const remove = (): Promise<boolean> =>
    run(async () => {
      await account.showPhoto(null);
      done(t("photo.removed"));
    });

  const choose = (file: Blob | undefined): void => {
    if (file === undefined) return;
    forget();
    setUnsent(undefined);
    setRefusal(undefined);
    setChosen(file);
  };

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
          choose(e.currentTarget.files?.[0]);
          e.currentTarget.value = ""; // the same one may be chosen again
        }}
      />
      <div class={css.pair}>
        {/* One button all the while: the focus stays on it. */}
        <Button onClick={() => (onItsWay ? sending.current?.abort() : input.current?.click())}>
          {onItsWay ? t("cancel") : t("photo.choose")}
        </Button>
        {unsent !== undefined && !busy && (
          <Button look="main" onClick={() => send(unsent)}>
            {t("photo.again")}
          </Button>
        )}
        {me.photo_id !== undefined && (
          <Button disabled={busy} onClick={remove}>
            {t("photo.remove")}
          </Button>
        )}
      </div>
      {onItsWay && <progress class={css.progress} max={1} value={part} aria-label={t("photo.sending")} />}
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      {refusal !== undefined && (
        <p class={css.error} role="alert">
          {refusal === "unreadable"
            ? t("photo.no-picture")
            : t("photo.too-large", { most: bytes(most.bytes), n: most.megapixels })}
        </p>
      )}
      {chosen !== undefined && (
        <Suspense fallback={null}>
          <CropSheet
            file={chosen}
            onCut={(picture) => {
              setChosen(undefined);
              void send(picture);
            }}
            onRefuse={(why) => {
              setChosen(undefined);
              setRefusal(why);
            }}
            onClose={() => setChosen(undefined)}
          />
        </Suspense>
      )}
    </div>
  );
}
