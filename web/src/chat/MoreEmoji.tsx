import { EmojiGrid } from "../emoticons/EmojiGrid";
import { t } from "../text";
import { Sheet } from "../ui/Sheet";
import css from "./MessageSheet.module.css";

/** All emoji to react with. */
export default function MoreEmoji({
  onEmoji,
  onClose,
}: {
  onEmoji: (emoji: string) => void;
  onClose: () => void;
}) {
  return (
    <Sheet title={t("message.react-more")} onClose={onClose}>
      <div class={css.all}>
        <EmojiGrid onEmoji={onEmoji} />
      </div>
    </Sheet>
  );
}
