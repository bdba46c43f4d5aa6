import { useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { duration } from "../text/dates";
import { Icon } from "../ui/Icon";
import type { ID, Video } from "../wire/types";
import css from "./Film.module.css";
import { Picture } from "./Picture";
import { boxOf } from "./tiles";
import { usePicture } from "./usePicture";

/** A film in its place: a picture of it with its length, and after a tap the film with the browser's own controls. */
export function Film({ video }: { video: Video }) {
  const session = useSession();
  const [playing, setPlaying] = useState(false);
  const known = session.media.get(video.media_id).value;
  const url = session.media.url(video.media_id, "original").value;
  const file = known.state === "ready" ? known.file : undefined;
  const { width, height } = boxOf(video.width ?? file?.width, video.height ?? file?.height);
  const length = video.duration_ms ?? file?.duration_ms;
  const gone = known.state === "gone";
  return (
    <div class={css.film} style={{ width: `${width}rem`, aspectRatio: `${width} / ${height}` }}>
      {playing && url !== undefined ? (
        // Films that people send have no text of what is said in them.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video
          src={url}
          controls
          autoplay
          playsInline
          aria-label={t("message.video")}
          onError={() => {
            setPlaying(false);
            session.media.renew(video.media_id);
          }}
        />
      ) : (
        <button
          type="button"
          class={css.start}
          disabled={gone || url === undefined}
          onClick={() => setPlaying(true)}
        >
          {video.poster_id === undefined ? (
            <Blank name={file?.name} />
          ) : (
            <Poster id={video.poster_id} name={file?.name} />
          )}
          {!gone && (
            <span class={css.sign}>
              <Icon name="play" size={26} />
              <span class="unseen">{t("film.play")}</span>
            </span>
          )}
          {gone && <span class={css.gone}>{t("film.gone")}</span>}
          {length !== undefined && <span class={css.length}>{duration(length)}</span>}
        </button>
      )}
    </div>
  );
}

function Poster({ id, name }: { id: ID; name: string | undefined }) {
  const picture = usePicture(id, "large");
  const known = useSession().media.get(id).value;
  if (picture.state === "failed" || picture.state === "gone") return <Blank name={name} />;
  return <Picture picture={picture} alt="" blur={known.state === "ready" ? known.file.blur : undefined} />;
}

/** Stands for the picture of a film that has none, as from another program, or whose picture does not come. */
function Blank({ name }: { name: string | undefined }) {
  return (
    <span class={css.blank}>
      {name !== undefined && name !== "" && (
        <span class={css.name} data-shortens>
          {name}
        </span>
      )}
    </span>
  );
}
