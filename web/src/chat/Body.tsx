import { useSession } from "../session";
import { t } from "../text";
import { bytes, duration } from "../text/dates";
import { readable } from "../sign-in/countries";
import { Icon, type IconName } from "../ui/Icon";
import type { Entry } from "../wire/types";
import css from "./Body.module.css";
import { partsOf } from "./parts";

/** What a message holds, in a plain form for every type. */
export function Body({ entry }: { entry: Partial<Entry> }) {
  if (entry.deleted === true) return <p class={css.text}>{t("message.deleted")}</p>;
  return (
    <>
      {entry.forwarded === true && <p class={css.small}>{t("message.forwarded")}</p>}
      <Thing entry={entry} />
      {entry.text !== undefined && entry.text !== "" && <Text entry={entry} />}
    </>
  );
}

function Text({ entry }: { entry: Partial<Entry> }) {
  const me = useSession().me.value?.id;
  return (
    <p class={css.text}>
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

function Thing({ entry }: { entry: Partial<Entry> }) {
  switch (entry.type) {
    case "photo":
      return <Line icon="photo" title={t("message.photo", { n: entry.photos?.length ?? 1 })} />;
    case "video":
      return <Line icon="video" title={t("message.video")} more={lengthOf(entry.video?.duration_ms)} />;
    case "voice":
      return <Line icon="voice" title={t("message.voice")} more={lengthOf(entry.voice?.duration_ms)} />;
    case "file":
      return (
        <Line
          icon="file"
          title={entry.file?.name ?? ""}
          more={entry.file?.size === undefined ? "" : bytes(entry.file.size)}
        />
      );
    case "contact":
      return (
        <Line icon="person" title={entry.contact?.name ?? ""} more={readable(entry.contact?.phone ?? "")} />
      );
    case "place":
      return <Line icon="place" title={entry.place?.name ?? t("message.a-place")} more={placeOf(entry)} />;
    case "emoticon":
      return <Line icon="smile" title={t("message.emoticon")} more={emoticonOf(entry)} />;
    case "card":
      return <CardBody entry={entry} />;
    default:
      return null;
  }
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

function placeOf({ place }: Partial<Entry>): string {
  if (place === undefined) return "";
  return place.address ?? `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
}
