import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { uuid } from "../net/uuid";
import { t } from "../text";
import { duration } from "../text/dates";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Sheet } from "../ui/Sheet";
import { VoicePlayer } from "./VoicePlayer";
import css from "./VoiceRecorder.module.css";
import type { Outbound } from "./messages";
import { playback } from "./playback";
import { Recorder, type Recording } from "./recorder";
import { useAddress } from "./useAddress";

interface Props {
  onSend: (voice: Outbound) => void;
  onClose: () => void;
}

/** A button that is held for longer than this ends the recording when it is let go; else it goes on. */
const holdMs = 450;
/** Moments whose loudness is drawn. */
const bars = 40;

/** Records a voice message: hold or tap, pause, listen, send. Closing it throws the recording away. */
export default function VoiceRecorder({ onSend, onClose }: Props) {
  const [recording, setRecording] = useState<Recording>();
  const end = useRef<() => void>(() => undefined);
  const recorder = useMemo(() => new Recorder(() => end.current()), []);
  end.current = () => void recorder.stop().then(setRecording);
  useEffect(() => {
    playback.pause();
    return () => recorder.discard();
  }, [recorder]);
  useHold(end);
  const state = recorder.state.value;
  const running = state === "recording" || state === "paused";

  return (
    <Sheet title={t("attach.voice")} onClose={onClose}>
      <div class={css.recorder}>
        {recording !== undefined ? (
          <Heard
            recording={recording}
            onAgain={() => setRecording(undefined)}
            onSend={() => onSend(voiceOf(recording))}
          />
        ) : (
          <>
            {running && <Live recorder={recorder} />}
            {!running && <Hint state={state} />}
            {!running && <Start recorder={recorder} />}
            {running && (
              <div class={css.row}>
                <Button onClick={() => recorder.discard()}>{t("voice.discard")}</Button>
                <Button onClick={() => (state === "paused" ? recorder.resume() : recorder.pause())}>
                  {state === "paused" ? t("voice.resume") : t("voice.pause")}
                </Button>
                <Button look="main" onClick={() => end.current()}>
                  {t("voice.done")}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </Sheet>
  );
}

function Hint({ state }: { state: Recorder["state"]["value"] }) {
  switch (state) {
    case "refused":
      return <Trouble text={t("voice.refused")} />;
    case "missing":
      return <Trouble text={t("voice.missing")} />;
    case "failed":
      return <Trouble text={t("voice.failed")} />;
    case "asking":
      return (
        <p class={css.hint} role="status">
          {t("voice.asking")}
        </p>
      );
    default:
      return <p class={css.hint}>{t("voice.hint")}</p>;
  }
}

function Trouble({ text }: { text: string }) {
  return (
    <p class={css.trouble} role="alert">
      {text}
    </p>
  );
}

/** Ends a recording when the finger that began it is let go after a while. */
function useHold(onEnd: { current: () => void }): void {
  useEffect(() => {
    let down = 0;
    const press = (e: PointerEvent): void => {
      down = e.target instanceof Element && e.target.closest("[data-record]") !== null ? Date.now() : 0;
    };
    const letGo = (): void => {
      if (down !== 0 && Date.now() - down > holdMs) onEnd.current();
      down = 0;
    };
    // The button is gone once it records, so the page listens for the finger.
    document.addEventListener("pointerdown", press, true);
    document.addEventListener("pointerup", letGo, true);
    return () => {
      document.removeEventListener("pointerdown", press, true);
      document.removeEventListener("pointerup", letGo, true);
    };
  }, [onEnd]);
}

function Start({ recorder }: { recorder: Recorder }) {
  return (
    <button
      type="button"
      class={css.start}
      data-record
      aria-label={t("voice.start")}
      disabled={recorder.state.value === "asking"}
      onPointerDown={() => void recorder.start()}
      // Keyboards press without a pointer.
      onClick={() => void recorder.start()}
      onContextMenu={(e) => e.preventDefault()}
    >
      <Icon name="voice" size={34} />
    </button>
  );
}

function Live({ recorder }: { recorder: Recorder }) {
  const levels = recorder.levels.value.slice(-bars);
  const paused = recorder.state.value === "paused";
  return (
    <>
      <p class={css.time} role="timer" aria-label={paused ? t("voice.paused") : t("voice.recording")}>
        <span class={paused ? css.dotPaused : css.dot} aria-hidden="true" />
        {duration(recorder.elapsed.value)}
      </p>
      <svg class={css.live} viewBox={`0 0 ${bars * 4} 40`} preserveAspectRatio="none" aria-hidden="true">
        <path
          d={Array.from({ length: bars }, (_, i) => {
            const level = levels[i - bars + levels.length] ?? 0;
            const half = Math.max(0.5, level * 18);
            return `M${i * 4 + 2} ${20 - half}v${half * 2}`;
          }).join("")}
        />
      </svg>
    </>
  );
}

interface HeardProps {
  recording: Recording;
  onAgain: () => void;
  onSend: () => void;
}

/** The recording before it is sent. */
function Heard({ recording, onAgain, onSend }: HeardProps) {
  const url = useAddress(recording.blob);
  const key = useMemo(uuid, []);
  useEffect(() => () => playback.stop(key), [key]);
  return (
    <>
      <div class={css.heard}>
        <VoicePlayer id={key} url={url} durationMs={recording.duration_ms} waveform={recording.waveform} />
      </div>
      <div class={css.row}>
        <Button onClick={onAgain}>{t("voice.again")}</Button>
        <Button look="main" onClick={onSend}>
          {t("room.send")}
        </Button>
      </div>
    </>
  );
}

function voiceOf({ blob, duration_ms, waveform }: Recording): Outbound {
  const id = uuid();
  return {
    content: { type: "voice", voice: { media_id: id, duration_ms, waveform } },
    files: [{ id, kind: "voice", name: "", blob, duration_ms, waveform }],
  };
}
