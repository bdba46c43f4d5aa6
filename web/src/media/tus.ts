import { DetailedError, Upload } from "tus-js-client";
import { Fault, codeOf } from "../net/fault";
import type { Outgoing, Running, Watch } from "../net/transport";

const path = "/v1/media/uploads";

/** Uploads by the tus protocol: what the server has of a file it keeps, and the rest follows. */
export function send(file: Outgoing, address: string | undefined, watch: Watch): Running {
  let upload: Upload | undefined;
  let give: ((fault: Fault) => void) | undefined;
  const done = new Promise<string>((resolve, reject) => {
    give = reject;
    upload = new Upload(file.blob, {
      endpoint: new URL(path, location.href).href,
      ...(address === undefined ? {} : { uploadUrl: address }),
      metadata: metadataOf(file),
      // Whoever called decides when it is tried again, and shows that.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => watch.onAddress(upload?.url ?? ""),
      onProgress: (sent) => watch.onProgress(sent),
      onSuccess: () => resolve(upload?.url?.split("/").at(-1) ?? ""),
      onError: (error) => reject(faultOf(error)),
    });
    upload.start();
  });
  return {
    done,
    stop: (remove) => {
      // What the server keeps of an upload that cannot be taken back now, it removes within a day.
      upload?.abort(remove).catch(() => undefined);
      give?.(new Fault("offline"));
    },
  };
}

/** The largest file that the server takes: it says so when asked for its options. */
export async function limit(): Promise<number> {
  const answer = await fetch(path, { method: "OPTIONS" });
  const most = Number(answer.headers.get("Tus-Max-Size"));
  return most > 0 ? most : Number.POSITIVE_INFINITY;
}

function metadataOf({ kind, name, duration_ms, waveform }: Outgoing): Record<string, string> {
  return {
    kind,
    ...(name === "" ? {} : { filename: name.slice(-255) }),
    ...(duration_ms === undefined ? {} : { duration_ms: String(Math.round(duration_ms)) }),
    ...(waveform === undefined ? {} : { waveform: waveform.join(",") }),
  };
}

/** What went wrong: the server's own word for it, or no answer at all. */
function faultOf(error: Error): Fault {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (answer === null) return error instanceof DetailedError ? new Fault("offline") : local(error);
  try {
    const { code, detail } = JSON.parse(answer.getBody()) as { code?: string; detail?: string };
    const seconds = Number(answer.getHeader("Retry-After") ?? Number.NaN);
    return new Fault(codeOf(code), detail, {
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    });
  } catch {
    return new Fault(answer.getStatus() >= 500 ? "offline" : "internal");
  }
}

/** The file itself cannot be read any more: it was moved or changed since it was chosen. */
function local(error: Error): Fault {
  return new Fault("media_unreadable", error.message);
}
