import { Suspense, createPortal, lazy } from "preact/compat";
import { useCallback, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import { t } from "../text";
import { Icon } from "../ui/Icon";
import type { Content, ID } from "../wire/types";
import css from "./Attach.module.css";
import type { Choice } from "./AttachPanel";
import type { Outbound } from "./messages";
import { useIncoming } from "./useIncoming";

// Nothing of this is needed to read a room.
const AttachPanel = lazy(() => import("./AttachPanel"));
const SendFiles = lazy(() => import("./SendFiles"));
const VoiceRecorder = lazy(() => import("./VoiceRecorder"));
const SendPlace = lazy(() => import("./SendPlace"));
const SendContact = lazy(() => import("./SendContact"));

interface Props {
  room: ID;
  /** The message that is answered. */
  replyTo?: number | undefined;
  /** Something was sent. */
  onSent: () => void;
}

type Open = { name: "panel" | "voice" | "place" | "contact" } | { name: "files"; files: File[] };

/** Everything that is no text: the button beside the words, files that are pasted or dropped, and what follows. */
export function Attach({ room, replyTo, onSent }: Props) {
  const session = useSession();
  const [open, setOpen] = useState<Open>();
  const inputs = { photos: useRef<HTMLInputElement>(null), camera: useRef<HTMLInputElement>(null) };
  const anyFile = useRef<HTMLInputElement>(null);
  const over = useIncoming(useCallback((files) => setOpen({ name: "files", files }), []));
  const close = (): void => setOpen(undefined);

  const answer = replyTo === undefined ? {} : { reply_to: replyTo };
  const sendFiles = (messages: readonly Outbound[]): void => {
    // What is answered is answered once.
    for (const [i, { content, files }] of messages.entries())
      session.writing.sendFiles(room, i === 0 ? { ...content, ...answer } : content, files);
    close();
    onSent();
  };
  const send = (content: Content): void => {
    session.writing.send(room, { ...content, ...answer });
    close();
    onSent();
  };
  const choose = (choice: Choice): void => {
    if (choice === "photos" || choice === "camera" || choice === "file") {
      close();
      (choice === "file" ? anyFile : inputs[choice]).current?.click();
    } else setOpen({ name: choice });
  };
  const take = (input: HTMLInputElement): void => {
    const files = [...(input.files ?? [])];
    input.value = ""; // the same file can be chosen again
    if (files.length > 0) setOpen({ name: "files", files });
  };

  return (
    <>
      <button
        type="button"
        class={css.plus}
        aria-label={t("attach.open")}
        title={t("attach.open")}
        aria-haspopup="dialog"
        onClick={() => setOpen({ name: "panel" })}
      >
        <Icon name="plus" />
      </button>
      <input
        ref={inputs.photos}
        class={css.hidden}
        type="file"
        accept="image/*,video/*"
        multiple
        aria-label={t("attach.photos")}
        tabIndex={-1}
        onChange={(e) => take(e.currentTarget)}
      />
      <input
        ref={inputs.camera}
        class={css.hidden}
        type="file"
        accept="image/*"
        capture="environment"
        aria-label={t("attach.camera")}
        tabIndex={-1}
        onChange={(e) => take(e.currentTarget)}
      />
      <input
        ref={anyFile}
        class={css.hidden}
        type="file"
        multiple
        aria-label={t("attach.file")}
        tabIndex={-1}
        onChange={(e) => take(e.currentTarget)}
      />
      {/* Not inside the form of the words: these have forms of their own. */}
      {createPortal(
        <>
          {over && (
            <div class={css.over}>
              <p>
                <Icon name="download" size={32} />
                {t("attach.drop")}
              </p>
            </div>
          )}
          <Suspense fallback={null}>
            {open?.name === "panel" && <AttachPanel onChoose={choose} onClose={close} />}
            {open?.name === "files" && <SendFiles files={open.files} onSend={sendFiles} onClose={close} />}
            {open?.name === "voice" && (
              <VoiceRecorder onSend={(voice) => sendFiles([voice])} onClose={close} />
            )}
            {open?.name === "place" && <SendPlace onSend={send} onClose={close} />}
            {open?.name === "contact" && <SendContact onSend={send} onClose={close} />}
          </Suspense>
        </>,
        document.body,
      )}
    </>
  );
}
