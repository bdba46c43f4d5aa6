import { useState } from "preact/hooks";
import { type Key, t } from "../text";
import { Sheet } from "../ui/Sheet";
import { Switch } from "../ui/Switch";
import { lettersOn, onMac, turnLetters } from "./shortcuts";
import css from "./ShortcutsSheet.module.css";

const rows: { keys: readonly string[]; label: Key }[] = [
  { keys: ["main", "K"], label: "keys.find" },
  { keys: ["alt", "↓"], label: "keys.next" },
  { keys: ["alt", "↑"], label: "keys.previous" },
  { keys: ["alt", "⇧", "↓"], label: "keys.next-unread" },
  { keys: ["alt", "⇧", "↑"], label: "keys.previous-unread" },
  { keys: ["Enter"], label: "keys.send" },
  { keys: ["⇧", "Enter"], label: "keys.break" },
  { keys: ["Esc"], label: "keys.back" },
  { keys: ["main", "/"], label: "keys.title" },
];

/** What can be done by the keyboard alone, and the way to turn single letters off. */
export default function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  const [letters, setLetters] = useState(lettersOn);
  const mac = onMac();
  const names: Record<string, string> = mac ? { main: "⌘", alt: "⌥" } : { main: "Ctrl", alt: "Alt" };
  return (
    <Sheet title={t("keys.title")} onClose={onClose}>
      <dl class={css.rows}>
        {rows.map(({ keys, label }) => (
          <div key={label} class={css.row}>
            <dt>{t(label)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{names[key] ?? key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        label={t("keys.letters")}
        on={letters}
        onTurn={(on) => {
          turnLetters(on);
          setLetters(on);
        }}
      />
    </Sheet>
  );
}
