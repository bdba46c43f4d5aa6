import { useId, useState } from "preact/hooks";
import { t } from "../text";
import { EmojiGrid } from "./EmojiGrid";
import { EmoticonGrid } from "./EmoticonGrid";
import css from "./Panel.module.css";
import { keepNumber, keptNumber } from "./recent";

interface Props {
  /** An emoticon is a message of its own. */
  onEmoticon: (id: string) => void;
  /** An emoji goes into the text. */
  onEmoji: (emoji: string) => void;
  onClose: () => void;
}

const tabs = ["emoji.emoticons", "emoji.emoji"] as const;

/** Emoticons and emoji to choose from. */
export default function Panel({ onEmoticon, onEmoji, onClose }: Props) {
  const [tab, setTab] = useState(() => (keptNumber("emoji-tab") === 1 ? 1 : 0));
  const id = useId();
  function show(n: 0 | 1): void {
    keepNumber("emoji-tab", n);
    setTab(n);
  }
  return (
    // Escape closes it from wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      class={css.panel}
      aria-label={t("emoji.panel")}
      onKeyDown={(e) => {
        if (e.key !== "Escape") return;
        e.stopPropagation();
        onClose();
      }}
    >
      <div class={css.tabs} role="tablist" aria-label={t("emoji.panel")}>
        {tabs.map((name, n) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}${n}`}
            aria-selected={tab === n}
            aria-controls={`${id}panel`}
            tabIndex={tab === n ? 0 : -1}
            onClick={() => show(n === 1 ? 1 : 0)}
            onKeyDown={(e) => {
              if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
              e.preventDefault();
              show(tab === 1 ? 0 : 1);
              const other = e.currentTarget.nextElementSibling ?? e.currentTarget.previousElementSibling;
              (other as HTMLElement | null)?.focus();
            }}
          >
            {t(name)}
          </button>
        ))}
      </div>
      <div class={css.shown} role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${tab}`}>
        {tab === 0 ? <EmoticonGrid onEmoticon={onEmoticon} /> : <EmojiGrid onEmoji={onEmoji} />}
      </div>
    </section>
  );
}
