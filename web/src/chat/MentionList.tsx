import { useEffect, useRef } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { Avatar } from "../ui/Avatar";
import css from "./MentionList.module.css";
import type { Mentioning } from "./useMentioning";

/** The members who can be mentioned. The focus stays in the text; arrows and Enter choose, and so does a tap. */
export function MentionList({ id, mentioning }: { id: string; mentioning: Mentioning }) {
  const session = useSession();
  const { people, at, choose } = mentioning;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    <div ref={list} id={id} class={css.list} role="listbox" aria-label={t("room.mention")}>
      {people.map((p, i) => (
        // The keys are those of the text area, which names the chosen one as its active descendant.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={p.id}
          id={`${id}-${i}`}
          class={css.person}
          role="option"
          aria-selected={i === at}
          tabIndex={-1}
          onPointerDown={(e) => e.preventDefault()}
          onClick={() => choose(p)}
        >
          <Avatar id={p.id} name={p.name} photo={session.people.get(p.id).value?.photo_id} size="s" />
          {p.name}
        </div>
      ))}
    </div>
  );
}
