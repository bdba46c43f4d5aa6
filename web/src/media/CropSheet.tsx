import { useEffect, useState } from "preact/hooks";
import { t } from "../text";
import { faultText } from "../text/faults";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Sheet } from "../ui/Sheet";
import { useWork } from "../ui/useWork";
import css from "./CropSheet.module.css";
import { CropStage } from "./CropStage";
import { type Crop, type Point, middle, mostOf, moved, turned, zoomed } from "./crop";
import { type Refusal, cut, pictureOf } from "./cut";

interface Props {
  file: Blob;
  /** What was cut: a square JPEG. */
  onCut: (picture: Blob) => void;
  /** The file cannot be cut, and the window has nothing to show. */
  onRefuse: (why: Refusal) => void;
  onClose: () => void;
}

/** Where a person chooses what of a picture others see: moved, zoomed and turned under a round window. */
export default function CropSheet({ file, onCut, onRefuse, onClose }: Props) {
  const picture = usePictureOf(file, onRefuse);
  const [crop, setCrop] = useState(middle);
  const { busy, fault, run } = useWork();
  const untouched = crop.turns === 0 && crop.zoom === 1 && crop.x === 0 && crop.y === 0;

  return (
    <Sheet title={t("crop.title")} onClose={onClose}>
      {/* Keys work wherever the focus is inside; the stage is what they are told of. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        class={css.crop}
        onKeyDown={(e) => {
          if (picture === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
          const step = byKey(e.key, picture, e.target instanceof HTMLInputElement);
          if (step === undefined) return;
          e.preventDefault();
          setCrop(step);
        }}
      >
        <CropStage picture={picture} crop={crop} onCrop={setCrop} />
        <p class={css.hint}>{t("crop.hint")}</p>
        <Zoom picture={picture} crop={crop} onCrop={setCrop} />
        <div class={css.tools}>
          <Button disabled={picture === undefined} onClick={() => setCrop(turned)}>
            <Icon name="turn" size={20} />
            {t("crop.turn")}
          </Button>
          <Button disabled={untouched} onClick={() => setCrop(middle)}>
            {t("crop.reset")}
          </Button>
        </div>
        <div class={css.pair}>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            look="main"
            busy={busy}
            disabled={picture === undefined}
            onClick={() =>
              run(async () => {
                if (picture !== undefined) onCut(await cut(picture, crop));
              })
            }
          >
            {t("save")}
          </Button>
        </div>
        {fault !== undefined && (
          <p class={css.error} role="alert">
            {faultText(fault)}
          </p>
        )}
        <p class="unseen" role="status">
          {t("crop.turned", { degrees: crop.turns * 90 })}
        </p>
      </div>
    </Sheet>
  );
}

/** The picture of a file, once it is read; it is let go with the window. */
function usePictureOf(file: Blob, onRefuse: (why: Refusal) => void): ImageBitmap | undefined {
  const [picture, setPicture] = useState<ImageBitmap>();
  useEffect(() => {
    let gone = false;
    const read = pictureOf(file).then((found) => {
      if (typeof found === "string") {
        if (!gone) onRefuse(found);
        return undefined;
      }
      if (!gone) setPicture(found);
      return found;
    });
    return () => {
      gone = true;
      void read.then((found) => found?.close());
    };
  }, [file]);
  return picture;
}

interface ZoomProps {
  picture: ImageBitmap | undefined;
  crop: Crop;
  onCrop: (crop: Crop) => void;
}

/** How large the picture is, on a scale on which every step looks alike: 0 is the whole, 1 the most. */
function Zoom({ picture, crop, onCrop }: ZoomProps) {
  const most = picture === undefined ? 2 : mostOf(picture);
  return (
    <div class={css.zoom}>
      <Icon name="photo" size={16} />
      <input
        type="range"
        aria-label={t("crop.zoom")}
        aria-valuetext={t("crop.zoomed", { zoom: crop.zoom })}
        min={0}
        max={1}
        step={0.01}
        value={Math.log(crop.zoom) / Math.log(most)}
        disabled={picture === undefined}
        onInput={(e) => {
          if (picture !== undefined) onCrop(zoomed(picture, crop, most ** Number(e.currentTarget.value)));
        }}
      />
      <Icon name="photo" size={26} />
    </div>
  );
}

/** So far an arrow moves the picture, in sides of the window, and so much a key zooms. */
const keyStep = 0.05;
const keyZoom = 1.1;

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -keyStep, y: 0 },
  ArrowRight: { x: keyStep, y: 0 },
  ArrowUp: { x: 0, y: -keyStep },
  ArrowDown: { x: 0, y: keyStep },
};

/** What a key does to the crop; undefined for nothing. On a slider the arrows are the slider's. */
function byKey(key: string, picture: ImageBitmap, slider: boolean): ((crop: Crop) => Crop) | undefined {
  if (key === "+" || key === "=") return (crop) => zoomed(picture, crop, crop.zoom * keyZoom);
  if (key === "-") return (crop) => zoomed(picture, crop, crop.zoom / keyZoom);
  const arrow = slider ? undefined : arrows[key];
  return arrow === undefined ? undefined : (crop) => moved(picture, crop, arrow);
}
