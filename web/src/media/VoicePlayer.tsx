import { t } from "../text";
import { duration } from "../text/dates";
import { Icon } from "../ui/Icon";
import css from "./VoicePlayer.module.css";
import { Waveform } from "./Waveform";
import { playback } from "./playback";

interface Props {
  /** Tells this recording from others. */
  id: string;
  /** Undefined until it can be heard. */
  url: string | undefined;
  durationMs: number;
  waveform: readonly number[];
}

/** Hears a recording: play and pause, a place in it, and how fast. */
export function VoicePlayer({ id, url, durationMs, waveform }: Props) {
  const here = playback.key.value === id;
  const playing = here && playback.playing.value;
  const at = here ? Math.min(playback.at.value, durationMs) : 0;
  const trouble = here ? playback.trouble.value : undefined;
  const toggle = (): void => {
    if (playing) playback.pause();
    else if (url !== undefined) playback.play(id, url);
  };
  return (
    <div class={css.player} role="group" aria-label={t("message.voice")}>
      <button
        type="button"
        class={css.play}
        aria-label={playing ? t("voice.pause") : t("voice.play")}
        aria-busy={here && playback.loading.value}
        disabled={url === undefined}
        onClick={toggle}
      >
        <Icon name={playing ? "pause" : "play"} size={22} />
      </button>
      <div class={css.track}>
        <Waveform waveform={waveform} heard={durationMs > 0 ? at / durationMs : 0} />
        <input
          type="range"
          class={css.seek}
          aria-label={t("voice.place")}
          aria-valuetext={duration(at)}
          min={0}
          max={Math.max(1, durationMs)}
          // A key moves by a second.
          step={1000}
          value={at}
          disabled={url === undefined}
          onInput={(e) => {
            if (url === undefined) return;
            const ms = Number(e.currentTarget.value);
            if (!here) playback.play(id, url);
            playback.seek(ms);
          }}
        />
      </div>
      <span class={css.foot}>
        <span class={css.time}>{duration(at > 0 ? at : durationMs)}</span>
        {here && (
          <button
            type="button"
            class={css.speed}
            aria-label={t("voice.speed", { speed: playback.speed.value })}
            onClick={() => playback.faster()}
          >
            {playback.speed.value}×
          </button>
        )}
      </span>
      {trouble !== undefined && (
        <p class={css.trouble} role="alert">
          {t("voice.cannot-play")}
        </p>
      )}
    </div>
  );
}
