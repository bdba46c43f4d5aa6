import type { Content, ID } from "../wire/types";

/** The message with other ids for its files; those that are not in the map stay. */
export function withMedia(content: Content, ids: ReadonlyMap<ID, ID>): Content {
  const id = (old: ID): ID => ids.get(old) ?? old;
  const { photos, video, voice, file } = content;
  return {
    ...content,
    ...(photos === undefined ? {} : { photos: photos.map((p) => ({ ...p, media_id: id(p.media_id) })) }),
    ...(voice === undefined ? {} : { voice: { ...voice, media_id: id(voice.media_id) } }),
    ...(file === undefined ? {} : { file: { ...file, media_id: id(file.media_id) } }),
    ...(video === undefined
      ? {}
      : {
          video: {
            ...video,
            media_id: id(video.media_id),
            ...(video.poster_id === undefined ? {} : { poster_id: id(video.poster_id) }),
          },
        }),
  };
}
