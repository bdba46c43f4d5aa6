import { Fault, codeOf } from "./fault";
import { uuid } from "./uuid";

export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Makes one REST request. The session travels as a cookie that scripts cannot read. */
export type Request = <T>(verb: Verb, path: string, body?: unknown) => Promise<T>;

/** Longest wait for an answer. */
const answerMs = 20_000;

/** The part of `fetch` that is used; tests put their own in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Gives the function that makes requests to this server. Problems become
 * Faults; no answer at all becomes `offline`. Creating calls carry an
 * Idempotency-Key, so that a request whose answer got lost can be made again.
 */
export function requests(fetch: Fetch): Request {
  return async <T>(verb: Verb, path: string, body?: unknown): Promise<T> => {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (verb === "POST") headers["Idempotency-Key"] = uuid();
    let response: Response;
    try {
      response = await fetch(path, {
        method: verb,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        credentials: "same-origin",
        signal: AbortSignal.timeout(answerMs),
      });
    } catch {
      throw new Fault("offline");
    }
    if (!response.ok) throw await problem(response);
    if (response.status === 204 || response.headers.get("Content-Length") === "0") return {} as T;
    try {
      return (await response.json()) as T;
    } catch {
      // The line broke inside the answer, or something between us and the server answered for it.
      throw new Fault("offline");
    }
  };
}

interface Problem {
  code?: string;
  detail?: string;
  errors?: { pointer?: string; parameter?: string }[];
}

/** A problem detail (RFC 9457) as a Fault. Proxies answer with pages of their own: those are `offline`. */
async function problem(response: Response): Promise<Fault> {
  const retryAfterMs = waitOf(response.headers.get("Retry-After"));
  try {
    const p = (await response.json()) as Problem;
    const part = p.errors?.[0];
    const field = part?.parameter ?? part?.pointer?.replace(/^#\//, "");
    return new Fault(codeOf(p.code), p.detail, { field, retryAfterMs });
  } catch {
    return new Fault(response.status >= 500 ? "offline" : "internal", "", { retryAfterMs });
  }
}

function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
