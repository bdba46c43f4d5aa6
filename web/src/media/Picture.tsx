import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../text";
import { Icon } from "../ui/Icon";
import { pixelsOf } from "./blurhash";
import css from "./Picture.module.css";
import type { PictureState } from "./usePicture";

interface Props {
  picture: PictureState;
  /** What it shows; empty when words beside it say that. */
  alt: string;
  /** Placeholder until it is there. */
  blur?: string | undefined;
}

/**
 * A picture that fills the box around it: first its placeholder, then itself,
 * or a sign that it could not be loaded. What to do about that is up to the
 * button around it (`picture.retry`).
 */
export function Picture({ picture, alt, blur }: Props) {
  const { url, state } = picture;
  return (
    <span class={css.picture} data-state={state}>
      {blur !== undefined && state !== "shown" && <Blur hash={blur} />}
      {url !== undefined && (
        <img
          src={url}
          alt={alt}
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={picture.onLoad}
          onError={picture.onError}
        />
      )}
      {(state === "failed" || state === "gone") && (
        <span class={css.sign}>
          <Icon name={state === "failed" ? "retry" : "photo"} size={24} />
          <span class="unseen">{t(state === "failed" ? "picture.retry" : "picture.gone")}</span>
        </span>
      )}
    </span>
  );
}

/** Pixels of a placeholder on either side; the browser draws it smooth and large. */
const side = 24;

function Blur({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = pixelsOf(hash, side, side);
    if (pixels === undefined) return;
    canvas.current?.getContext("2d")?.putImageData(new ImageData(pixels, side, side), 0, 0);
  }, [hash]);
  return <canvas ref={canvas} width={side} height={side} aria-hidden="true" />;
}
