import type { Place } from "../wire/types";

/** "37.52710, 126.93280": a metre or so. */
export function coordinates({ latitude, longitude }: Place): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** The place on a map that needs no program. */
export function mapAddress({ latitude, longitude }: Place): string {
  const at = `${latitude.toFixed(6)}/${longitude.toFixed(6)}`;
  const mark = `mlat=${latitude.toFixed(6)}&mlon=${longitude.toFixed(6)}`;
  return `https://www.openstreetmap.org/?${mark}#map=17/${at}`;
}

/** The place for whatever program shows maps on a phone (RFC 5870; the label as Android takes it). */
export function geoAddress({ latitude, longitude, name }: Place): string {
  const at = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  const label = name === undefined || name === "" ? "" : `(${encodeURIComponent(name)})`;
  return `geo:${at}?q=${at}${label}`;
}

/** Reads "37.5271, 126.9328", as maps show and copy it; undefined when it is none. */
export function readCoordinates(text: string): { latitude: number; longitude: number } | undefined {
  const match = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (match === null) return undefined;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}
