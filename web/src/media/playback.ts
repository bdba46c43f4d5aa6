import { signal } from "@preact/signals";

/** Speeds that a tap goes through. */
const speeds = [1, 1.5, 2] as const;

/** What stands in the way of one recording being heard. */
type Trouble = "cannot-play" | undefined;

/**
 * Playback is the one recording that is heard: starting another one ends it,
 * and it goes on when its bubble scrolls out of sight.
 */
class Playback {
  /** Which recording; undefined: none was started. */
  readonly key = signal<string | undefined>(undefined);
  readonly playing = signal(false);
  readonly loading = signal(false);
  readonly trouble = signal<Trouble>(undefined);
  /** Milliseconds from the start. */
  readonly at = signal(0);
  readonly speed = signal<number>(1);
  #audio: HTMLAudioElement | undefined;
  #frame = 0;
  #from = 0;

  /** Goes on with a recording, or starts it where it was sought to. */
  play(key: string, url: string): void {
    const audio = this.#element();
    if (this.key.peek() !== key || audio.error !== null) {
      if (this.key.peek() !== key) this.at.value = 0;
      this.key.value = key;
      this.#from = this.at.peek();
      audio.src = url;
    }
    this.trouble.value = undefined;
    this.loading.value = true;
    audio.playbackRate = this.speed.peek();
    audio.play().catch((thrown: unknown) => {
      // Another recording that begins, or a pause, ends the wait for this one.
      if (thrown instanceof DOMException && thrown.name === "AbortError") return;
      this.#fail();
    });
  }

  pause(): void {
    this.#audio?.pause();
  }

  /** Moves to a place of the recording that is heard. */
  seek(ms: number): void {
    const audio = this.#element();
    this.at.value = ms;
    this.#from = ms;
    if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) audio.currentTime = ms / 1000;
  }

  /** The next speed, for this and all recordings. */
  faster(): void {
    const next = speeds[(speeds.indexOf(this.speed.peek() as 1) + 1) % speeds.length] ?? 1;
    this.speed.value = next;
    if (this.#audio !== undefined) this.#audio.playbackRate = next;
  }

  /** Ends what is heard if it is this one. */
  stop(key: string): void {
    if (this.key.peek() !== key) return;
    this.pause();
    this.key.value = undefined;
    this.at.value = 0;
  }

  #element(): HTMLAudioElement {
    if (this.#audio !== undefined) return this.#audio;
    const audio = new Audio();
    this.#audio = audio;
    audio.preload = "auto";
    audio.addEventListener("playing", () => {
      this.playing.value = true;
      this.loading.value = false;
      this.#follow();
    });
    audio.addEventListener("loadedmetadata", () => {
      if (this.#from > 0) audio.currentTime = this.#from / 1000;
    });
    audio.addEventListener("pause", () => {
      this.playing.value = false;
      this.loading.value = false;
      cancelAnimationFrame(this.#frame);
    });
    audio.addEventListener("ended", () => {
      this.at.value = 0;
      this.#from = 0;
    });
    audio.addEventListener("error", () => this.#fail());
    // A film that begins silences it.
    document.addEventListener(
      "play",
      (e) => {
        if (e.target !== audio) audio.pause();
      },
      true,
    );
    return audio;
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const step = (): void => {
      const audio = this.#audio;
      if (audio === undefined || audio.paused) return;
      this.at.value = audio.currentTime * 1000;
      this.#frame = requestAnimationFrame(step);
    };
    step();
  }

  #fail(): void {
    this.playing.value = false;
    this.loading.value = false;
    this.trouble.value = "cannot-play";
  }
}

/** The recording that is heard on this page. */
export const playback = new Playback();
