import { useRef } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import type { Entry, Photo } from "../wire/types";
import css from "./Collage.module.css";
import { Picture } from "./Picture";
import { boxOf, maxTiles, rowsOf } from "./tiles";
import { usePicture } from "./usePicture";

interface Props {
  entry: Partial<Entry>;
  photos: readonly Photo[];
}

const spans = [css.n1, css.n1, css.n2, css.n3];

/** The photos of a message, one large or several side by side. A tap opens the viewer. */
export function Collage({ entry, photos }: Props) {
  const session = useSession();
  const grid = useRef<HTMLDivElement>(null);
  const rows = rowsOf(photos.length);
  const columns = rows.flatMap((n) => Array<number>(n).fill(n));
  const rest = photos.length - columns.length;

  const open = (at: number): void => {
    const tiles = [...(grid.current?.querySelectorAll("button") ?? [])];
    void import("./viewer").then(({ view }) =>
      view(session, { photos, at, tiles, caption: entry.text ?? "" }),
    );
  };
  const [only] = photos;
  if (photos.length === 1 && only !== undefined) {
    const { width, height } = boxOf(only.width, only.height);
    const style = { width: `${width}rem`, aspectRatio: `${width} / ${height}` };
    return (
      <div ref={grid} class={css.single} style={style}>
        <Tile photo={only} label={t("picture.open")} onOpen={() => open(0)} large />
      </div>
    );
  }
  return (
    <div ref={grid} class={css.grid} role="group" aria-label={t("message.photo", { n: photos.length })}>
      {photos.slice(0, maxTiles).map((photo, i) => (
        <div key={photo.media_id} class={`${css.tile} ${spans[columns[i] ?? 3]}`}>
          <Tile
            photo={photo}
            label={t("picture.open-nth", { n: i + 1, of: photos.length })}
            onOpen={() => open(i)}
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
