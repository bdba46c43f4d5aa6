import { beforeEach, expect, test, vi } from "vitest";

/** The element of the browser, which the test moves. */
class FakeAudio extends EventTarget {
  src = "";
  preload = "";
  playbackRate = 1;
  currentTime = 0;
  readyState = 0;
  paused = true;
  error: object | null = null;
  refusal: unknown;

  play(): Promise<void> {
    this.paused = false;
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal as Error);
  }

  pause(): void {
    this.paused = true;
    this.tell("pause");
  }

  tell(event: string): void {
    this.dispatchEvent(new Event(event));
  }
}

let audio: FakeAudio;
let page: EventTarget;
let frames: (() => void)[];
let playback: (typeof import("./playback"))["playback"];

beforeEach(async () => {
  page = new EventTarget();
  frames = [];
  audio = new FakeAudio();
  vi.stubGlobal("Audio", function Audio() {
    return audio;
  });
  vi.stubGlobal("HTMLMediaElement", { HAVE_METADATA: 1 });
  vi.stubGlobal("document", page);
  vi.stubGlobal("requestAnimationFrame", (step: () => void) => frames.push(step));
  vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
  vi.resetModules(); // it is one for the page
  ({ playback } = await import("./playback"));
});

test("a recording that begins ends the one before, and begins at its start", () => {
  playback.play("a", "/a");
  audio.tell("playing");
  audio.currentTime = 2;
  frames.shift()?.();
  expect([playback.key.value, playback.playing.value, playback.at.value]).toEqual(["a", true, 2000]);
  playback.play("b", "/b");
  expect([playback.key.value, playback.at.value, audio.src]).toEqual(["b", 0, "/b"]);
});

test("it goes on where it was paused, and from the start when it has ended", () => {
  playback.play("a", "/a");
  audio.tell("playing");
  audio.currentTime = 2;
  frames.shift()?.();
  playback.pause();
  expect(playback.playing.value).toBe(false);
  expect(frames).toEqual([]);
  playback.play("a", "/renewed");
  expect([audio.src, playback.at.value]).toEqual(["/a", 2000]);
  audio.tell("ended");
  expect(playback.at.value).toBe(0);
});

test("a place that is sought before anything is known of the recording is gone to then", () => {
  playback.play("a", "/a");
  playback.seek(1500);
  expect(audio.currentTime).toBe(0);
  audio.readyState = 1;
  audio.tell("loadedmetadata");
  expect(audio.currentTime).toBe(1.5);
  playback.seek(700);
  expect([audio.currentTime, playback.at.value]).toEqual([0.7, 700]);
});

test("what cannot be played says so, and is loaded anew on the next try", async () => {
  playback.play("a", "/a");
  playback.seek(1500);
  audio.error = {};
  audio.tell("error");
  expect([playback.trouble.value, playback.loading.value]).toEqual(["cannot-play", false]);
  playback.play("a", "/renewed");
  expect([playback.trouble.value, audio.src]).toEqual([undefined, "/renewed"]);
  audio.tell("loadedmetadata");
  expect(audio.currentTime).toBe(1.5);

  audio.error = null;
  audio.refusal = new DOMException("", "AbortError");
  playback.play("b", "/b");
  await Promise.resolve();
  expect(playback.trouble.value).toBeUndefined();
  audio.refusal = new DOMException("", "NotAllowedError");
  playback.play("b", "/b");
  await vi.waitFor(() => expect(playback.trouble.value).toBe("cannot-play"));
});

test("the speed is that of all recordings, and comes round", () => {
  playback.faster();
  playback.play("a", "/a");
  expect(audio.playbackRate).toBe(1.5);
  playback.faster();
  expect([audio.playbackRate, playback.speed.value]).toEqual([2, 2]);
  playback.faster();
  expect(audio.playbackRate).toBe(1);
});

test("a film that begins silences it, and only what is heard is stopped", () => {
  playback.play("a", "/a");
  audio.tell("playing");
  playback.stop("b");
  expect(playback.playing.value).toBe(true);
  page.dispatchEvent(new Event("play"));
  expect([audio.paused, playback.playing.value]).toEqual([true, false]);
  playback.stop("a");
  expect(playback.key.value).toBeUndefined();
});
