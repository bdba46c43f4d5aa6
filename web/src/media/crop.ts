// How a picture lies under the square window that cuts it. Lengths are in sides of the window, whose middle is
// 0, 0; x grows to the right and y downwards. Every function answers a place in which the picture fills the window.

/** A place, or a way from one to another. */
export interface Point {
  x: number;
  y: number;
}

/** The sides of a picture. */
export interface Sides {
  width: number;
  height: number;
}

/** Where the middle of a picture lies, how large it is, and how it is turned. */
export interface Crop extends Point {
  /** Quarter turns to the right: 0 to 3. */
  turns: number;
  /** 1: the shorter side of the picture is as long as the window. */
  zoom: number;
}

/** The middle of a picture, as much of it as goes into a square. */
export const middle: Crop = { turns: 0, zoom: 1, x: 0, y: 0 };

/** Nobody is recognised on fewer pixels. */
const leastPx = 160;
const mostZoom = 10;

/** The largest zoom. Small pictures can be zoomed a little, too, though they get no sharper. */
export function mostOf(picture: Sides): number {
  return clamp(Math.min(picture.width, picture.height) / leastPx, 2, mostZoom);
}

/** The sides of a picture as it lies, turned. */
export function lying(picture: Sides, { turns, zoom }: Crop): Sides {
  const short = Math.min(picture.width, picture.height);
  const width = (picture.width / short) * zoom;
  const height = (picture.height / short) * zoom;
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** Moves it by a way. */
export function moved(picture: Sides, crop: Crop, by: Point): Crop {
  const { width, height } = lying(picture, crop);
  return {
    ...crop,
    x: clamp(crop.x + by.x, (1 - width) / 2, (width - 1) / 2),
    y: clamp(crop.y + by.y, (1 - height) / 2, (height - 1) / 2),
  };
}

/** Makes it larger or smaller; what lies at a place stays there as far as it can. */
export function zoomed(picture: Sides, crop: Crop, to: number, at: Point = { x: 0, y: 0 }): Crop {
  const zoom = clamp(to, 1, mostOf(picture));
  const by = zoom / crop.zoom - 1;
  return moved(picture, { ...crop, zoom }, { x: (crop.x - at.x) * by, y: (crop.y - at.y) * by });
}

/** Turns it to the right by a quarter; what lies in the middle stays there. */
export function turned({ turns, zoom, x, y }: Crop): Crop {
  return { turns: (turns + 1) % 4, zoom, x: -y, y: x };
}

/** Follows fingers, of which each moved from one place to another: what lay under them stays under them. */
export function held(picture: Sides, crop: Crop, from: readonly Point[], to: readonly Point[]): Crop {
  const [a, b] = [centre(from), centre(to)];
  const [near, far] = [spread(from, a), spread(to, b)];
  const there = moved(picture, crop, { x: b.x - a.x, y: b.y - a.y });
  return near > 0 && far > 0 ? zoomed(picture, there, crop.zoom * (far / near), b) : there;
}

/** How many pixels of the picture the window is long. */
export function cutSide(picture: Sides, { zoom }: Crop): number {
  return Math.max(1, Math.round(Math.min(picture.width, picture.height) / zoom));
}

function centre(points: readonly Point[]): Point {
  const n = Math.max(1, points.length);
  return {
    x: points.reduce((sum, p) => sum + p.x, 0) / n,
    y: points.reduce((sum, p) => sum + p.y, 0) / n,
  };
}

/** How far the points are from their centre, on average; of a single one, 0. */
function spread(points: readonly Point[], { x, y }: Point): number {
  return points.reduce((sum, p) => sum + Math.hypot(p.x - x, p.y - y), 0) / Math.max(1, points.length);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
