import { useRef, useState } from "preact/hooks";
import { t } from "../text";
import css from "./Panel.module.css";
import { moveInGrid } from "./grid";
import { emoticonPath, madang } from "./madang";
import { recentEmoticons } from "./recent";

type Id = keyof typeof madang;
const ids = Object.keys(madang) as Id[];

/** The pack: what was used last, then all of it. */
export function EmoticonGrid({ onEmoticon }: { onEmoticon: (id: string) => void }) {
  const grid = useRef<HTMLDivElement>(null);
  // What is used now moves to the front when the panel is opened again, not under the finger.
  const [recent] = useState(() =>
    recentEmoticons.all.filter((id): id is Id => Object.hasOwn(madang, id)).slice(0, 8),
  );
  const [current, setCurrent] = useState(`0 ${recent[0] ?? ids[0]}`);
  const groups = [
    { title: t("emoji.recent"), all: recent },
    { title: t("emoji.emoticons"), all: ids },
  ];
  return (
    // The arrow keys move between buttons.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={grid} class={css.scroll} onKeyDown={(e) => moveInGrid(e, grid)}>
      {groups.map(({ title, all }, g) =>
        all.length === 0 ? null : (
          <section key={title} aria-label={title}>
            <h2 class={css.heading}>{title}</h2>
            <div class={css.emoticons}>
              {all.map((id) => {
                const key = `${recent.length === 0 ? 0 : g} ${id}`;
                return (
                  <button
                    key={id}
                    type="button"
                    class={css.emoticon}
                    aria-label={t(madang[id])}
                    title={t(madang[id])}
                    tabIndex={key === current ? 0 : -1}
                    onFocus={() => setCurrent(key)}
                    onClick={() => {
                      recentEmoticons.add(id);
                      onEmoticon(id);
                    }}
                  >
                    <img
                      src={emoticonPath(id)}
                      alt=""
                      width="72"
                      height="72"
                      loading="lazy"
                      draggable={false}
                    />
                  </button>
                );
              })}
            </div>
          </section>
        ),
      )}
    </div>
  );
}
