import { t } from "../text";
import css from "./Emoticon.module.css";
import { emoticonName, emoticonPath } from "./madang";

/** An emoticon of ours as it stands in a room; nothing for one of a pack that we do not have. */
export function Emoticon({ emoticon }: { emoticon: { pack: string; id: string } | undefined }) {
  const name = emoticonName(emoticon);
  if (emoticon === undefined || name === undefined) return null;
  return (
    <img
      class={css.emoticon}
      src={emoticonPath(emoticon.id)}
      alt={t(name)}
      width="136"
      height="136"
      decoding="async"
      draggable={false}
    />
  );
}
