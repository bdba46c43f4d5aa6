import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import type { ID } from "../wire/types";
import css from "./LinkPreview.module.css";

interface Props {
  room: ID;
  seq: number;
  edited: string | undefined;
}

/** What is behind the address in a message, once the message is seen and there is something to show. */
export function LinkPreview(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((e) => e.isIntersecting)) setSeen(true);
      },
      { rootMargin: "200px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return seen ? <Found {...props} /> : <div ref={place} class={css.place} />;
}

function Found({ room, seq, edited }: Props) {
  const preview = useSession().previews.of(room, seq, edited).value;
  if (preview === undefined) return null;
  const { picture } = preview;
  // A picture that is wide goes above the words, another one beside them.
  const wide = picture !== undefined && picture.width >= picture.height * 1.3 && picture.width >= 200;
  return (
    <a
      class={`${css.preview} ${wide ? css.wide : ""}`}
      href={preview.url}
      target="_blank"
      rel="noopener noreferrer nofollow"
    >
      {picture !== undefined && (
        <img class={css.picture} src={picture.url} alt="" width={picture.width} height={picture.height} />
      )}
      <span class={css.words}>
        <span class={css.site}>{preview.site}</span>
        {preview.title !== undefined && <strong class={css.title}>{preview.title}</strong>}
        {preview.description !== undefined && <span class={css.about}>{preview.description}</span>}
      </span>
    </a>
  );
}
