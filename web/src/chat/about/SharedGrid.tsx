import { useRef } from "preact/hooks";
import { Picture } from "../../media/Picture";
import { usePicture } from "../../media/usePicture";
import type { Found } from "../../net/api";
import { useSession } from "../../session";
import { noMedia } from "../../store/media";
import { t } from "../../text";
import { duration } from "../../text/dates";
import { Icon } from "../../ui/Icon";
import type { ID, Photo } from "../../wire/types";
import css from "./RoomMedia.module.css";

/** One square of the grid. */
export interface Shot {
  key: string;
  seq: number;
  photo?: Photo;
  film?: { poster: ID | undefined; length: number | undefined };
}

/** The photos and films of some messages, one by one. */
export function picturesOf(found: readonly Found[]): Shot[] {
  return found.flatMap(({ entry: { seq, photos, video } }): Shot[] => {
    if (video !== undefined)
      return [{ key: `${seq}`, seq, film: { poster: video.poster_id, length: video.duration_ms } }];
    return (photos ?? [])
      .filter((p) => p.media_id !== noMedia)
      .map((photo, i) => ({ key: `${seq} ${i}`, seq, photo }));
  });
}

/** Pictures side by side. A photo opens in the viewer, a film where it was sent. */
export function SharedGrid({
  pictures,
  onJump,
}: {
  pictures: readonly Shot[];
  onJump: (seq: number) => void;
}) {
  const session = useSession();
  const grid = useRef<HTMLDivElement>(null);
  const photos = pictures.flatMap((p) => (p.photo === undefined ? [] : [p.photo]));
  function open(photo: Photo): void {
    const tiles = [...(grid.current?.querySelectorAll("[data-photo]") ?? [])];
    void import("../../media/viewer").then(({ view }) =>
      view(session, { photos, at: photos.indexOf(photo), tiles, caption: "" }),
    );
  }
  return (
    <div ref={grid} class={css.grid}>
      {pictures.map(({ key, seq, photo, film }) =>
        photo === undefined ? (
          <button key={key} type="button" onClick={() => onJump(seq)}>
            {film?.poster !== undefined && <Small id={film.poster} />}
            <span class="unseen">{t("message.video")} </span>
            <span class={css.film}>
              <Icon name="play" size={16} />
              {film?.length !== undefined && duration(film.length)}
            </span>
          </button>
        ) : (
          <button
            key={key}
            type="button"
            data-photo
            aria-label={t("picture.open")}
            onClick={() => open(photo)}
          >
            <Small id={photo.media_id} blur={photo.blur} />
          </button>
        ),
      )}
    </div>
  );
}

function Small({ id, blur }: { id: ID; blur?: string | undefined }) {
  return <Picture picture={usePicture(id, "small")} alt="" blur={blur} />;
}
