import type { Outgoing } from "../net/transport";
import { uuid } from "../net/uuid";
import { maxPhotos } from "../wire/limits";
import type { Content, Photo } from "../wire/types";

/** A file that was chosen, as it will be sent. */
export interface Item {
  /** Tells it from the others while they are put in order. */
  key: string;
  sort: "photo" | "video" | "file";
  name: string;
  blob: Blob;
  /** pixels */
  width?: number;
  height?: number;
  duration_ms?: number;
  /** A picture of a film. */
  poster?: Blob;
  /** It looked like a photo or a film, and this browser cannot read it: it goes as a plain file. */
  unread?: boolean;
}

/** A message and the files that it names. */
export interface Outbound {
  content: Content;
  files: Outgoing[];
}

/**
 * The messages that take the files along: photos together, everything else
 * alone, in the order of the files. The words go with the first.
 */
export function messagesOf(items: readonly Item[], words: string): Outbound[] {
  const messages: Outbound[] = [];
  let photos: (Outbound & { content: { photos: Photo[] } }) | undefined;
  for (const item of items) {
    if (item.sort !== "photo") {
      messages.push(item.sort === "video" ? filmOf(item) : fileOf(item));
      continue;
    }
    if (photos === undefined || photos.files.length >= maxPhotos) {
      photos = { content: { type: "photo", photos: [] }, files: [] };
      messages.push(photos);
    }
    const file = outgoing(item, "photo");
    photos.files.push(file);
    photos.content.photos.push({ media_id: file.id, ...sidesOf(item) });
  }
  const [first] = messages;
  if (first !== undefined && words.trim() !== "") first.content.text = words.trim();
  return messages;
}

function filmOf(item: Item): Outbound {
  const film = outgoing(item, "video");
  const { poster, duration_ms } = item;
  const picture: Outgoing | undefined =
    poster === undefined ? undefined : { id: uuid(), kind: "photo", name: "", blob: poster };
  return {
    content: {
      type: "video",
      video: {
        media_id: film.id,
        ...sidesOf(item),
        ...(picture === undefined ? {} : { poster_id: picture.id }),
        ...(duration_ms === undefined ? {} : { duration_ms }),
      },
    },
    // The picture is small and is seen first.
    files: picture === undefined ? [film] : [picture, film],
  };
}

function fileOf(item: Item): Outbound {
  const file = outgoing(item, "file");
  const { size, type } = item.blob;
  const about = { media_id: file.id, name: file.name, size, ...(type === "" ? {} : { mime: type }) };
  return { content: { type: "file", file: about }, files: [file] };
}

function outgoing({ name, blob, duration_ms }: Item, kind: Outgoing["kind"]): Outgoing {
  return {
    id: uuid(),
    kind,
    name: nameOf(name),
    blob,
    ...(kind === "video" && duration_ms !== undefined ? { duration_ms } : {}),
  };
}

function sidesOf({ width, height }: Item): { width?: number; height?: number } {
  return width === undefined || height === undefined ? {} : { width, height };
}

/** A name as the server takes it: no path, and the end of it when it is very long, which tells the type. */
function nameOf(name: string): string {
  const plain = name.replaceAll(/[/\\]/g, "_").trim();
  return [...(plain === "" ? "file" : plain)].slice(-200).join("");
}
