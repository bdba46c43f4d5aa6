import { useState } from "preact/hooks";
import { type Key, t } from "../text";
import { Icon } from "../ui/Icon";
import css from "./Add.module.css";
import { readFile } from "./scan";
import { type CameraState, useCamera } from "./useCamera";

const words: Record<CameraState, Key> = {
  asking: "scan.asking",
  looking: "scan.looking",
  denied: "scan.denied",
  none: "scan.no-camera",
  busy: "scan.busy",
};

/** Looks for a code with the camera, and in pictures. */
export function Scanner({ onText, wrong }: { onText: (text: string) => void; wrong: string }) {
  const { video, state } = useCamera(onText);
  const [nothing, setNothing] = useState(false);

  async function open(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    input.value = ""; // the same file may be chosen again
    if (file === undefined) return;
    setNothing(false);
    const text = await readFile(file);
    if (text === undefined) setNothing(true);
    else onText(text);
  }

  return (
    <div class={css.scanner}>
      <div class={css.camera}>
        {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- it shows what the camera sees, without sound */}
        <video ref={video} muted playsInline aria-label={t("scan.camera")} hidden={state !== "looking"} />
        {state === "looking" ? <span class={css.frame} /> : <p>{t(words[state])}</p>}
      </div>
      <p class={nothing || wrong !== "" ? css.error : css.note} role="status">
        {nothing ? t("scan.nothing") : wrong !== "" ? wrong : state === "looking" ? t(words.looking) : ""}
      </p>
      <label class={css.file}>
        <Icon name="photo" size={22} />
        <span>{t("scan.picture")}</span>
        <input type="file" accept="image/*" onChange={(e) => void open(e.currentTarget)} />
      </label>
    </div>
  );
}
