import { Suspense, lazy } from "preact/compat";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session";
import type { LiveRoom } from "../store/live-room";
import { Attach } from "../media/Attach";
import { t } from "../text";
import { faultText } from "../text/faults";
import { IconButton } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { useWork } from "../ui/useWork";
import { maxTextGraphemes } from "../wire/limits";
import type { Entry } from "../wire/types";
import css from "./Composer.module.css";
import { MentionList } from "./MentionList";
import { EnterKey } from "./enter";
import { grow } from "./grow";
import { nameOf } from "./names";
import { messageText } from "./sentences";
import { useMentioning } from "./useMentioning";

const EmoticonPanel = lazy(() => import("../emoticons/Panel"));

/** What the words are for: a new message, an answer, or another text for an old one. */
export type Intent = { name: "write" } | { name: "reply"; to: Entry } | { name: "edit"; entry: Entry };

interface Props {
  room: LiveRoom;
  intent: Intent;
  onIntent: (intent: Intent) => void;
}

const segments = new Intl.Segmenter();

/** Where messages are written. The text stays in the element itself: input methods compose there. */
export function Composer({ room, intent, onIntent }: Props) {
  const session = useSession();
  const area = useRef<HTMLTextAreaElement>(null);
  const begun = session.begun.in(room.id);
  const [text, setText] = useState(begun.peek()?.text ?? "");
  const { busy, fault, run, forget } = useWork();
  const mentioning = useMentioning(room, area);
  const [panel, setPanel] = useState(false);
  const listId = useId();

  function write(value: string): void {
    if (area.current !== null && area.current.value !== value) area.current.value = value;
    if (area.current !== null) grow(area.current);
    setText(value);
  }

  function keep(value: string): void {
    session.begun.write(room.id, value, intent.name === "reply" ? intent.to.seq : undefined);
  }

  function submit(): void {
    const words = (area.current?.value ?? "").trim();
    if (words === "" || busy || tooLong(words)) return;
    const mentions = mentioning.of(words);
    if (intent.name === "edit") {
      void run(() => session.edit(room, intent.entry, words, mentions)).then((done) => {
        if (!done) return;
        write(begun.peek()?.text ?? "");
        onIntent({ name: "write" });
      });
      return;
    }
    session.writing.send(room.id, {
      type: "text",
      text: words,
      ...(mentions.length === 0 ? {} : { mentions }),
      ...replyTo(),
    });
    session.begun.sent(room.id);
    write("");
    forget();
    if (intent.name === "reply") onIntent({ name: "write" });
  }

  /** The message that is answered, for what is sent now. */
  function replyTo(): { reply_to?: number } {
    return intent.name === "reply" ? { reply_to: intent.to.seq } : {};
  }

  function sendEmoticon(id: string): void {
    session.writing.send(room.id, { type: "emoticon", emoticon: { pack: "madang", id }, ...replyTo() });
    if (intent.name === "reply") onIntent({ name: "write" });
  }

  function insert(words: string): void {
    const field = area.current;
    if (field === null) return;
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  }

  const [enter] = useState(() => new EnterKey());
  enter.submit = () => {
    const person = mentioning.people[mentioning.at];
    if (person === undefined) submit();
    else mentioning.choose(person);
  };

  useLayoutEffect(() => write(begun.peek()?.text ?? ""), []);
  // What another device of this person wrote comes in, but never into a syllable that is being made.
  const elsewhere = begun.value?.text ?? "";
  useEffect(() => {
    const here = area.current?.value ?? "";
    // More may have been typed since this was drawn: what counts is what is known now.
    const now = begun.peek()?.text ?? "";
    if (intent.name !== "edit" && !enter.composing && here.trim() !== now.trim()) write(now);
  }, [elsewhere]);
  const fresh = useRef(true);
  useEffect(() => {
    if (intent.name === "edit") write(intent.entry.text ?? "");
    else if (!fresh.current) keep(area.current?.value ?? "");
    fresh.current = false;
    if (intent.name !== "write") area.current?.focus();
  }, [intent]);
  // Where there is a keyboard, the room is ready to be written in.
  useEffect(() => {
    if (matchMedia("(hover: hover) and (width >= 56.25rem)").matches) area.current?.focus();
  }, []);

  function cancel(): void {
    if (intent.name === "edit") write(begun.peek()?.text ?? "");
    forget();
    onIntent({ name: "write" });
  }

  return (
    <form
      class={css.composer}
      onSubmit={(e) => {
        e.preventDefault();
        submit();
        area.current?.focus();
      }}
    >
      {intent.name !== "write" && <About intent={intent} onCancel={cancel} />}
      {fault !== undefined && (
        <p class={css.error} role="alert">
          {faultText(fault)}
        </p>
      )}
      {tooLong(text) && (
        <p class={css.error} role="alert">
          {t("fault.text_too_long")}
        </p>
      )}
      <div class={css.line}>
        {intent.name !== "edit" && (
          <Attach
            room={room.id}
            replyTo={intent.name === "reply" ? intent.to.seq : undefined}
            onSent={() => onIntent({ name: "write" })}
          />
        )}
        <textarea
          ref={area}
          class={css.area}
          rows={Math.min(6, text.split("\n").length)}
          aria-label={t("room.write")}
          placeholder={t("room.write")}
          onInput={(e) => {
            setText(e.currentTarget.value);
            grow(e.currentTarget);
            if (intent.name !== "edit") keep(e.currentTarget.value);
            if (e.currentTarget.value !== "") session.writing.typing(room.id);
            mentioning.look();
          }}
          onSelect={mentioning.look}
          // On a touch screen the keyboard takes the panel's place.
          onFocus={() => {
            if (matchMedia("(hover: none)").matches) setPanel(false);
          }}
          aria-autocomplete="list"
          aria-controls={mentioning.people.length > 0 ? listId : undefined}
          aria-activedescendant={mentioning.people.length > 0 ? `${listId}-${mentioning.at}` : undefined}
          onKeyDown={(e) => {
            if (mentioning.keyDown(e)) return;
            if (e.key === "Escape" && panel) {
              setPanel(false);
              return;
            }
            if (e.key === "Escape" && intent.name !== "write") cancel();
            enter.keyDown(e);
          }}
          onKeyUp={(e) => enter.keyUp(e)}
          onBeforeInput={(e) => enter.beforeInput(e)}
          onCompositionStart={() => enter.compositionStart()}
          onCompositionEnd={(e) => enter.compositionEnd(e)}
          onBlur={() => {
            enter.blur();
            mentioning.close();
          }}
        />
        {intent.name !== "edit" && (
          <button
            type="button"
            class={css.smile}
            aria-label={t("emoji.panel")}
            title={t("emoji.panel")}
            aria-expanded={panel}
            onClick={() => setPanel(!panel)}
          >
            <Icon name="smile" />
          </button>
        )}
        <button
          type="submit"
          class={css.send}
          aria-label={t("room.send")}
          disabled={text.trim() === "" || busy || tooLong(text)}
          // The keyboard of a phone stays open; a composition ends first, which taking the focus does.
          onPointerDown={(e) => {
            if (!enter.composing) e.preventDefault();
          }}
        >
          <Icon name={intent.name === "edit" ? "check" : "send"} size={22} />
        </button>
      </div>
      {mentioning.people.length > 0 && <MentionList id={listId} mentioning={mentioning} />}
      {panel && (
        <div class={css.panel}>
          <Suspense fallback={<p class="unseen">{t("loading")}</p>}>
            <EmoticonPanel
              onEmoticon={sendEmoticon}
              onEmoji={insert}
              onClose={() => {
                setPanel(false);
                area.current?.focus();
              }}
            />
          </Suspense>
        </div>
      )}
    </form>
  );
}

function About({ intent, onCancel }: { intent: Intent; onCancel: () => void }) {
  const session = useSession();
  if (intent.name === "write") return null;
  const entry = intent.name === "reply" ? intent.to : intent.entry;
  return (
    <div class={css.about}>
      <Icon name={intent.name === "reply" ? "reply" : "edit"} size={18} />
      <p>
        <strong>
          {intent.name === "reply"
            ? t("message.reply-to", { name: nameOf(session, entry.sender_id) })
            : t("message.edit")}
        </strong>
        <span>{messageText(entry)}</span>
      </p>
      <IconButton icon="close" label={t("cancel")} onClick={onCancel} />
    </div>
  );
}

/** Counted as people count; only a text that could be too long is counted at all. */
function tooLong(text: string): boolean {
  if (text.length <= maxTextGraphemes) return false;
  let n = 0;
  for (const _ of segments.segment(text)) n++;
  return n > maxTextGraphemes;
}
