import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../text";
import css from "./CropStage.module.css";
import { type Crop, type Point, type Sides, held, moved, zoomed } from "./crop";
import { paint } from "./cut";

interface Props {
  /** Undefined while it is read. */
  picture: ImageBitmap | undefined;
  crop: Crop;
  onCrop: (next: (crop: Crop) => Crop) => void;
}

/** Room around the window in which one sees what is cut off, in px. */
const around = 16;

/** The picture under the window, to be dragged, pinched, and zoomed by a wheel; a tap brings a place to the middle. */
export function CropStage({ picture, crop, onCrop }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useBox(stage);
  const side = Math.max(1, Math.min(box.width, box.height) - 2 * around);
  const hands = useHands(picture, side, onCrop);
  useTurning(canvas, crop.turns);

  useLayoutEffect(() => {
    const { current } = canvas;
    if (current === null || picture === undefined) return;
    const dense = devicePixelRatio;
    const [width, height] = [Math.round(box.width * dense), Math.round(box.height * dense)];
    // Giving a canvas its size empties it, even when that is the same.
    if (current.width !== width) current.width = width;
    if (current.height !== height) current.height = height;
    paint(current, picture, crop, side * dense);
  }, [picture, crop, box]);

  return (
    <div
      ref={stage}
      class={css.stage}
      // Arrows are for the picture, not for reading on.
      role="application"
      aria-label={t("crop.picture")}
      aria-busy={picture === undefined}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      autofocus
      {...hands}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div class={css.window} style={{ width: `${side}px`, height: `${side}px` }} />
    </div>
  );
}

/** The size of an element in px, as it changes. */
function useBox(element: { current: HTMLElement | null }): Sides {
  const [box, setBox] = useState<Sides>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() =>
      setBox({ width: current.clientWidth, height: current.clientHeight }),
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return box;
}

/** Shows a quarter turn on its way, where things may move. */
function useTurning(canvas: { current: HTMLCanvasElement | null }, turns: number): void {
  const before = useRef(turns);
  useLayoutEffect(() => {
    const quarter = turns === (before.current + 1) % 4;
    before.current = turns;
    if (!quarter || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    canvas.current?.animate({ rotate: ["-90deg", "0deg"] }, { duration: 200, easing: "ease-out" });
  }, [turns]);
}

/** A finger that moves less than so many px is meant to stay. */
const stillPx = 6;
/** How much a wheel zooms by a px that a page would scroll; pinching on a touchpad comes as small steps with Ctrl. */
const wheelRate = 0.002;
const padRate = 0.012;
/** A line and a page of a wheel that does not count px (WheelEvent.deltaMode). */
const wheelPx = [1, 32, 400];

/** What hands do to the picture: the handlers of the stage, whose window is `side` px long. */
function useHands(picture: Sides | undefined, side: number, onCrop: Props["onCrop"]) {
  const fingers = useRef(new Map<number, Point>());
  /** How far the first finger has come, in px; infinite as soon as there is a second one. */
  const way = useRef(0);

  const placeOf = (e: MouseEvent & { currentTarget: HTMLElement }): Point => {
    const { left, top, width, height } = e.currentTarget.getBoundingClientRect();
    return { x: (e.clientX - left - width / 2) / side, y: (e.clientY - top - height / 2) / side };
  };
  const lift = (e: PointerEvent): void => void fingers.current.delete(e.pointerId);

  if (picture === undefined) return {};
  return {
    onPointerDown: (e: PointerEvent & { currentTarget: HTMLElement }) => {
      if (e.button !== 0) return;
      e.currentTarget.setPointerCapture(e.pointerId);
      way.current = fingers.current.size === 0 ? 0 : Number.POSITIVE_INFINITY;
      fingers.current.set(e.pointerId, placeOf(e));
    },
    onPointerMove: (e: PointerEvent & { currentTarget: HTMLElement }) => {
      const last = fingers.current.get(e.pointerId);
      if (last === undefined) return;
      const place = placeOf(e);
      way.current += Math.hypot(place.x - last.x, place.y - last.y) * side;
      const from = [...fingers.current.values()];
      fingers.current.set(e.pointerId, place);
      const to = [...fingers.current.values()];
      onCrop((crop) => held(picture, crop, from, to));
    },
    onPointerUp: (e: PointerEvent & { currentTarget: HTMLElement }) => {
      if (!fingers.current.has(e.pointerId)) return;
      lift(e);
      if (way.current > stillPx) return;
      const { x, y } = placeOf(e);
      onCrop((crop) => moved(picture, crop, { x: -x, y: -y }));
    },
    onPointerCancel: lift,
    onWheel: (e: WheelEvent & { currentTarget: HTMLElement }) => {
      e.preventDefault();
      const by = Math.exp(-e.deltaY * (wheelPx[e.deltaMode] ?? 1) * (e.ctrlKey ? padRate : wheelRate));
      const at = placeOf(e);
      onCrop((crop) => zoomed(picture, crop, crop.zoom * by, at));
    },
  };
}
