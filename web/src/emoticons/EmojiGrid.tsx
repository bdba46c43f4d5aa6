import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { type Key, language, t } from "../text";
import { Search } from "../ui/Search";
import { type EmojiData, type EmojiItem, findEmoji, loadEmoji, tones, withTone } from "./emoji-data";
import css from "./Panel.module.css";
import { moveInGrid } from "./grid";
import { keepNumber, keptNumber, recentEmoji } from "./recent";

/** The groups of Unicode that people choose from, each with a sign for its button. */
const groups: readonly [group: number, title: Key, sign: string][] = [
  [0, "emoji.g0", "😀"],
  [1, "emoji.g1", "👋"],
  [3, "emoji.g3", "🐻"],
  [4, "emoji.g4", "🍓"],
  [5, "emoji.g5", "🚲"],
  [6, "emoji.g6", "⚽"],
  [7, "emoji.g7", "💡"],
  [8, "emoji.g8", "💛"],
  [9, "emoji.g9", "🏁"],
];
/** The width of one, which a finger takes. */
const cell = 44;
const sides = 13;

type Line = { title: string; key: string } | { items: readonly EmojiItem[]; key: string };

/** All emoji: what was used last, then by group, or what was searched for. */
export function EmojiGrid({ onEmoji }: { onEmoji: (emoji: string) => void }) {
  const [data, setData] = useState<EmojiData>();
  const [written, setWritten] = useState("");
  const [tone, setTone] = useState(() => keptNumber("emoji-tone"));
  const [columns, setColumns] = useState(7);
  const [recent] = useState(() => recentEmoji.all);
  const scroll = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const spoken = language();

  useEffect(() => {
    let left = false;
    // Without a line it stays empty and is asked for when it is opened again.
    loadEmoji(spoken).then((all) => left || setData(all), () => undefined); // prettier-ignore
    return () => {
      left = true;
    };
  }, [spoken]);
  useLayoutEffect(() => {
    const element = scroll.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const n = Math.max(5, Math.floor((element.clientWidth - sides) / cell));
      element.style.setProperty("--columns", `${n}`);
      setColumns(n);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const lines = useMemo(
    () => (data === undefined ? [] : linesOf(data, written, recent, columns)),
    [data, written, recent, columns, spoken],
  );
  const choose = (item: EmojiItem): void => {
    const emoji = withTone(item, tone);
    recentEmoji.add(emoji);
    onEmoji(emoji);
  };

  return (
    <>
      <div class={css.find}>
        <Search label={t("emoji.search")} value={written} onValue={setWritten} />
        <Tones
          tone={tone}
          onTone={(n) => {
            keepNumber("emoji-tone", n);
            setTone(n);
          }}
        />
      </div>
      <div class={css.groups}>
        {groups.map(([group, title, sign]) => (
          <button
            key={group}
            type="button"
            aria-label={t(title)}
            title={t(title)}
            onClick={() => {
              setWritten("");
              const at = lines.findIndex((l) => l.key === `title ${group}`);
              if (at >= 0) list.current?.scrollToIndex(at, { align: "start" });
            }}
          >
            {sign}
          </button>
        ))}
      </div>
      {/* The arrow keys move between buttons. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={scroll} class={css.scroll} onKeyDown={(e) => moveInGrid(e, scroll)}>
        {data !== undefined && lines.length === 0 && <p class={css.none}>{t("emoji.none")}</p>}
        <Virtualizer ref={list} scrollRef={scroll} data={lines} itemSize={cell}>
          {(line, i) => <LineView key={line.key} line={line} first={i === 1} tone={tone} onChoose={choose} />}
        </Virtualizer>
      </div>
    </>
  );
}

function linesOf(data: EmojiData, written: string, recent: readonly string[], columns: number): Line[] {
  if (written.trim() !== "") return rows(findEmoji(data, written), columns, "found");
  const lines: Line[] = [];
  if (recent.length > 0) {
    lines.push({ title: t("emoji.recent"), key: "title recent" });
    const names = new Map(data.flat().map((e) => [e[0], e[1]]));
    lines.push(
      ...rows(
        recent.map((e): EmojiItem => [e, names.get(e) ?? e, ""]),
        columns,
        "recent",
      ),
    );
  }
  for (const [group, title] of groups) {
    lines.push({ title: t(title), key: `title ${group}` });
    lines.push(...rows(data[group] ?? [], columns, `${group}`));
  }
  return lines;
}

function rows(items: readonly EmojiItem[], columns: number, key: string): Line[] {
  const all: Line[] = [];
  for (let i = 0; i < items.length; i += columns)
    all.push({ items: items.slice(i, i + columns), key: `${key} ${i}` });
  return all;
}

interface LineProps {
  line: Line;
  /** The Tab key comes to the first emoji; arrows go on from there. */
  first: boolean;
  tone: number;
  onChoose: (item: EmojiItem) => void;
}

const LineView = memo(
  ({ line, first, tone, onChoose }: LineProps) => {
    if ("title" in line) return <h2 class={css.heading}>{line.title}</h2>;
    return (
      <div class={css.line}>
        {line.items.map((item, i) => (
          <button
            key={item[0]}
            type="button"
            class={css.emoji}
            aria-label={item[1]}
            title={item[1]}
            tabIndex={first && i === 0 ? 0 : -1}
            onClick={() => onChoose(item)}
          >
            {withTone(item, tone)}
          </button>
        ))}
      </div>
    );
  },
  (a, b) => a.line === b.line && a.tone === b.tone && a.first === b.first,
);

function Tones({ tone, onTone }: { tone: number; onTone: (tone: number) => void }) {
  return (
    <select
      class={css.tone}
      aria-label={t("emoji.tone")}
      title={t("emoji.tone")}
      value={tone}
      onChange={(e) => onTone(Number(e.currentTarget.value))}
    >
      {tones.map((modifier, n) => (
        <option key={modifier} value={n}>
          {`✋${modifier}`}
        </option>
      ))}
    </select>
  );
}
