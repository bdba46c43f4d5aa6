import { type Key, t } from "../text";
import { Icon, type IconName } from "../ui/Icon";
import { Sheet } from "../ui/Sheet";
import css from "./AttachPanel.module.css";

/** What can be sent beside words. */
export type Choice = "photos" | "camera" | "file" | "voice" | "place" | "contact";

const choices: { choice: Choice; icon: IconName; label: Key; tint: string | undefined }[] = [
  { choice: "photos", icon: "photo", label: "attach.photos", tint: css.photos },
  { choice: "camera", icon: "camera", label: "attach.camera", tint: css.camera },
  { choice: "voice", icon: "voice", label: "attach.voice", tint: css.voice },
  { choice: "file", icon: "file", label: "attach.file", tint: css.file },
  { choice: "place", icon: "place", label: "attach.place", tint: css.place },
  { choice: "contact", icon: "person", label: "attach.contact", tint: css.contact },
];

interface Props {
  onChoose: (choice: Choice) => void;
  onClose: () => void;
}

/** What can be sent, to choose from. */
export default function AttachPanel({ onChoose, onClose }: Props) {
  // Elsewhere a camera is one of the ways in which the browser asks for a file.
  const phone = matchMedia("(pointer: coarse)").matches;
  return (
    <Sheet title={t("attach.title")} onClose={onClose}>
      <ul class={css.choices}>
        {choices
          .filter(({ choice }) => phone || choice !== "camera")
          .map(({ choice, icon, label, tint }) => (
            <li key={choice}>
              <button type="button" onClick={() => onChoose(choice)}>
                <span class={`${css.icon} ${tint}`}>
                  <Icon name={icon} size={26} />
                </span>
                {t(label)}
              </button>
            </li>
          ))}
      </ul>
    </Sheet>
  );
}
