import { Suspense, createPortal, lazy } from "preact/compat";
import { useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import type { Entry, ID, Photo } from "../wire/types";
import css from "./Collage.module.css";
import { Picture } from "./Picture";
import { boxOf, maxTiles, rowsOf } from "./tiles";
import { usePicture } from "./usePicture";

const ForwardSheet = lazy(() => import("../chat/ForwardSheet"));

interface Props {
  entry: Partial<Entry>;
  photos: readonly Photo[];
  /** Where the message is, once it is sent. */
  room: ID | undefined;
}

const spans = [css.n1, css.n1, css.n2, css.n3];

/** The photos of a message, one large or several side by side. A tap opens the viewer, from which they can be passed on. */
export function Collage({ entry, photos, room }: Props) {
  const session = useSession();
  const grid = useRef<HTMLDivElement>(null);
  const [passing, setPassing] = useState(false);
  const live = room === undefined ? undefined : session.rooms.peek(room);
  const { seq } = entry;

  const open = (at: number): void => {
    const tiles = [...(grid.current?.querySelectorAll("button") ?? [])];
    const pass = live === undefined || seq === undefined ? {} : { onForward: () => setPassing(true) };
    void import("./viewer").then(({ view }) =>
      view(session, { photos, at, tiles, caption: entry.text ?? "", ...pass }),
    );
  };
  const [only] = photos;
  const close = (): void => setPassing(false);
  return (
    <div ref={grid}>
      {photos.length === 1 && only !== undefined ? (
        <Single photo={only} onOpen={() => open(0)} />
      ) : (
        <Several photos={photos} onOpen={open} />
      )}
      {passing &&
        live !== undefined &&
        seq !== undefined &&
        createPortal(
          <Suspense fallback={null}>
            <ForwardSheet
              room={live}
              entries={[{ ...entry, seq, kind: "message" }]}
              onClose={close}
              onDone={close}
            />
          </Suspense>,
          document.body,
        )}
    </div>
  );
}

function Single({ photo, onOpen }: { photo: Photo; onOpen: () => void }) {
  const { width, height } = boxOf(photo.width, photo.height);
  return (
    <div class={css.single} style={{ width: `${width}rem`, aspectRatio: `${width} / ${height}` }}>
      <Tile photo={photo} label={t("picture.open")} onOpen={onOpen} large />
    </div>
  );
}

interface SeveralProps {
  photos: readonly Photo[];
  onOpen: (at: number) => void;
}

function Several({ photos, onOpen }: SeveralProps) {
  const columns = rowsOf(photos.length).flatMap((n) => Array<number>(n).fill(n));
  const rest = photos.length - columns.length;
  return (
    <div class={css.grid} role="group" aria-label={t("message.photo", { n: photos.length })}>
      {photos.slice(0, maxTiles).map((photo, i) => (
        <div key={photo.media_id} class={`${css.tile} ${spans[columns[i] ?? 3]}`}>
          <Tile
            photo={photo}
            label={t("picture.open-nth", { n: i + 1, of: photos.length })}
            onOpen={() => onOpen(i)}
            large={columns[i] === 1}
          />
          {i === maxTiles - 1 && rest > 0 && (
            <span class={css.rest} aria-hidden="true">
              +{rest}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

interface TileProps {
  photo: Photo;
  label: string;
  onOpen: () => void;
  large: boolean;
}

function Tile({ photo, label, onOpen, large }: TileProps) {
  // A tile of a row of two or three is less than 320 pixels wide, on most screens.
  const picture = usePicture(photo.media_id, large || devicePixelRatio > 2 ? "large" : "small");
  const failed = picture.state === "failed";
  return (
    <button
      type="button"
      class={css.button}
      aria-label={failed ? t("picture.retry") : label}
      disabled={picture.state === "gone"}
      onClick={failed ? picture.retry : onOpen}
    >
      <Picture picture={picture} alt="" blur={photo.blur} />
    </button>
  );
}
