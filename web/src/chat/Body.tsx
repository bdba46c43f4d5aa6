import { useSession } from "../session";
import { t } from "../text";
import { bytes, duration } from "../text/dates";
import { Emoticon } from "../emoticons/Emoticon";
import { emoticonName } from "../emoticons/madang";
import { Collage } from "../media/Collage";
import { ContactCard } from "../media/ContactCard";
import { FileLine } from "../media/FileLine";
import { Film } from "../media/Film";
import { LinkPreview } from "../media/LinkPreview";
import { PlaceCard } from "../media/PlaceCard";
import { VoicePlayer } from "../media/VoicePlayer";
import { noMedia } from "../store/media";
import { Icon, type IconName } from "../ui/Icon";
import type { Entry, ID } from "../wire/types";
import css from "./Body.module.css";
import { bare } from "./emoji";
import { hasLink, partsOf } from "./parts";

interface Props {
  entry: Partial<Entry>;
  /** The room of a message that was sent; one on its way has no number, and nothing can be done with it. */
  room?: ID;
}

/** What a message holds. */
export function Body({ entry, room }: Props) {
  if (entry.deleted === true) return <p class={css.text}>{t("message.deleted")}</p>;
  const address = room !== undefined && entry.type === "text" && hasLink(entry.text);
  return (
    <>
      {entry.forwarded === true && <p class={css.small}>{t("message.forwarded")}</p>}
      <Thing entry={entry} room={room} />
      {entry.text !== undefined && entry.text !== "" && <Text entry={entry} />}
      {address && entry.seq !== undefined && (
        <LinkPreview room={room} seq={entry.seq} edited={entry.edited_at} />
      )}
    </>
  );
}

function Text({ entry }: { entry: Partial<Entry> }) {
  const me = useSession().me.value?.id;
  return (
    <p class={bare(entry) ? css.emoji : css.text}>
      {partsOf(entry.text ?? "", entry.mentions).map((part, i) => {
        const key = `${i}`;
        if (part.href !== undefined) {
          return (
            <a key={key} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
              {part.text}
            </a>
          );
        }
        if (part.user === undefined) return part.text;
        return (
          <b key={key} class={part.user === me ? css.toMe : css.mention}>
            {part.text}
          </b>
        );
      })}
    </p>
  );
}

function Thing({ entry, room }: { entry: Partial<Entry>; room: ID | undefined }) {
  switch (entry.type) {
    case "photo":
      return <Photos entry={entry} room={room} />;
    case "video":
      return <OneFilm entry={entry} />;
    case "voice":
      return <Voice entry={entry} />;
    case "file":
      return <OneFile entry={entry} />;
    case "contact":
      return entry.contact === undefined ? null : (
        <ContactCard contact={entry.contact} live={room !== undefined} />
      );
    case "place":
      return entry.place === undefined ? null : (
        <div class={css.flush}>
          <PlaceCard place={entry.place} />
        </div>
      );
    case "emoticon":
      return emoticonName(entry.emoticon) === undefined ? (
        <Line icon="smile" title={t("message.emoticon")} more={emoticonOf(entry)} />
      ) : (
        <Emoticon emoticon={entry.emoticon} />
      );
    case "card":
      return <CardBody entry={entry} />;
    default:
      return null;
  }
}

/** Of conversations that were brought in, only the mention of files is left. */
function Photos({ entry, room }: { entry: Partial<Entry>; room: ID | undefined }) {
  const photos = (entry.photos ?? []).filter((p) => p.media_id !== noMedia);
  if (photos.length === 0)
    return <Line icon="photo" title={t("message.photo", { n: entry.photos?.length ?? 1 })} />;
  return (
    <div class={css.flush}>
      <Collage entry={entry} photos={photos} room={room} />
    </div>
  );
}

function OneFilm({ entry: { video } }: { entry: Partial<Entry> }) {
  if (video === undefined || video.media_id === noMedia)
    return <Line icon="video" title={t("message.video")} more={lengthOf(video?.duration_ms)} />;
  return (
    <div class={css.flush}>
      <Film video={video} />
    </div>
  );
}

function Voice({ entry: { voice } }: { entry: Partial<Entry> }) {
  const { media } = useSession();
  const id = voice?.media_id ?? noMedia;
  const url = media.url(id, "original").value;
  if (voice === undefined || id === noMedia || media.get(id).value.state === "gone")
    return <Line icon="voice" title={t("message.voice")} more={lengthOf(voice?.duration_ms)} />;
  return (
    <VoicePlayer id={id} url={url} durationMs={voice.duration_ms ?? 0} waveform={voice.waveform ?? []} />
  );
}

function OneFile({ entry: { file } }: { entry: Partial<Entry> }) {
  if (file === undefined) return null;
  if (file.media_id === noMedia)
    return <Line icon="file" title={file.name} more={file.size === undefined ? "" : bytes(file.size)} />;
  return <FileLine file={file} />;
}

function Line({ icon, title, more = "" }: { icon: IconName; title: string; more?: string }) {
  return (
    <p class={css.thing}>
      <span class={css.icon}>
        <Icon name={icon} size={22} />
      </span>
      <span class={css.words}>
        <span>{title}</span>
        {more !== "" && <span class={css.small}>{more}</span>}
      </span>
    </p>
  );
}

function CardBody({ entry }: { entry: Partial<Entry> }) {
  const { card } = entry;
  if (card === undefined) return null;
  return (
    <div class={css.card}>
      <strong>
        {card.url === undefined ? (
          card.title
        ) : (
          <a href={card.url} target="_blank" rel="noopener noreferrer nofollow">
            {card.title}
          </a>
        )}
      </strong>
      {card.description !== undefined && <p>{card.description}</p>}
      {(card.buttons ?? []).map((b) => (
        <a key={b.title} class={css.button} href={b.url} target="_blank" rel="noopener noreferrer nofollow">
          {b.title}
        </a>
      ))}
    </div>
  );
}

function lengthOf(ms: number | undefined): string {
  return ms === undefined ? "" : duration(ms);
}

/** Which one it is; exports of KakaoTalk do not say. */
function emoticonOf({ emoticon }: Partial<Entry>): string {
  return emoticon === undefined || emoticon.pack === "kakaotalk" ? "" : emoticon.id;
}
