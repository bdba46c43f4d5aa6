import { signal } from "@preact/signals";
import { waveformOf } from "./waveform";

/** Where a recording is. `refused`: the browser or the person said no to the microphone; `missing`: there is none. */
export type RecorderState = "idle" | "asking" | "recording" | "paused" | "refused" | "missing" | "failed";

/** What was recorded. */
export interface Recording {
  blob: Blob;
  duration_ms: number;
  waveform: number[];
}

/** The longest recording; it ends by itself. */
export const maxRecordingMs = 10 * 60_000;
/** What is shorter was a slip of the finger. */
const leastMs = 300;
const levelEveryMs = 60;
/** In the order of preference; browsers make one or two of them. */
const types = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Recorder makes one voice message after the other from the microphone, which it holds only meanwhile. */
export class Recorder {
  readonly state = signal<RecorderState>("idle");
  /** Milliseconds recorded. */
  readonly elapsed = signal(0);
  /** Loudness of each moment, 0 to 1. */
  readonly levels = signal<readonly number[]>([]);
  #stream: MediaStream | undefined;
  #recorder: MediaRecorder | undefined;
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #since = 0;
  #before = 0;
  #onFull: () => void;

  /** `onFull` is called when the longest time is over. */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  /** Asks for the microphone and begins. */
  async start(): Promise<void> {
    if (this.state.peek() === "asking" || this.state.peek() === "recording") return;
    this.state.value = "asking";
    this.levels.value = [];
    this.elapsed.value = 0;
    this.#before = 0;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true },
      });
      // The person turned away while the browser asked.
      if (this.state.peek() !== "asking") {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.#stream = stream;
      this.#begin(stream);
    } catch (thrown) {
      this.discard();
      this.state.value = troubleOf(thrown);
    }
  }

  pause(): void {
    if (this.state.peek() !== "recording") return;
    this.#recorder?.pause();
    this.#tick();
    this.#before = this.elapsed.peek();
    this.state.value = "paused";
  }

  resume(): void {
    if (this.state.peek() !== "paused") return;
    this.#recorder?.resume();
    this.#since = performance.now();
    this.state.value = "recording";
  }

  /** Ends it; undefined when nothing worth hearing was recorded. */
  async stop(): Promise<Recording | undefined> {
    const recorder = this.#recorder;
    if (recorder === undefined || recorder.state === "inactive") return undefined;
    if (this.state.peek() === "recording") this.#tick();
    const pieces: Blob[] = [];
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    recorder.addEventListener("dataavailable", (e) => pieces.push(e.data));
    recorder.stop();
    await ended;
    const duration_ms = Math.round(this.elapsed.peek());
    const waveform = waveformOf(this.levels.peek());
    this.discard();
    if (duration_ms < leastMs) return undefined;
    // What stands behind the type of container is nobody's business but the browser's.
    const type = recorder.mimeType.split(";")[0] ?? "";
    return { blob: new Blob(pieces, { type }), duration_ms, waveform };
  }

  /** Lets everything go, the microphone first. */
  discard(): void {
    clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    void this.#context?.close();
    if (this.#recorder !== undefined && this.#recorder.state !== "inactive") this.#recorder.stop();
    this.#stream = undefined;
    this.#context = undefined;
    this.#recorder = undefined;
    this.state.value = "idle";
  }

  #begin(stream: MediaStream): void {
    const type = types.find((one) => MediaRecorder.isTypeSupported(one));
    this.#recorder = new MediaRecorder(stream, {
      audioBitsPerSecond: 32_000,
      ...(type === undefined ? {} : { mimeType: type }),
    });
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#recorder.start();
    this.#since = performance.now();
    this.state.value = "recording";
    this.#timer = setInterval(() => {
      if (this.state.peek() !== "recording") return;
      this.#tick();
      analyser.getFloatTimeDomainData(samples);
      this.levels.value = [...this.levels.peek(), loudness(samples)];
      if (this.elapsed.peek() >= maxRecordingMs) this.#onFull();
    }, levelEveryMs);
  }

  #tick(): void {
    this.elapsed.value = Math.min(maxRecordingMs, this.#before + performance.now() - this.#since);
  }
}

/** Root mean square, raised so that speech, which is far from full, can be seen. */
function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return Math.min(1, Math.sqrt(sum / samples.length) * 3);
}

function troubleOf(thrown: unknown): RecorderState {
  // Pages without https have no microphones at all.
  if (thrown instanceof TypeError) return "missing";
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "failed";
}
