import { type FaultCode, faults, retryable } from "../wire/faults";

/** What went wrong, by name. `offline` is our own: no answer came. */
export type Code = FaultCode | "offline";

/**
 * Fault is a refusal that a person or the outbox can act on. Both doors of the
 * server (REST problems and JSON-RPC errors) and a lost connection end in it.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: Code;
  /** The part of the request that is wrong, as in `phones[3]`. */
  readonly field: string | undefined;
  /** How long to wait before the same request can succeed. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: Code,
    message = "",
    more: { field?: string | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(message === "" ? code : message);
    this.code = code;
    this.field = more.field;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the very same request may succeed later. */
  get retry(): boolean {
    return this.code === "offline" || retryable.has(this.code);
  }
}

/** The name of a fault from what a server sent; names we do not know yet are `internal`. */
export function codeOf(name: unknown): Code {
  return typeof name === "string" && Object.hasOwn(faults, name) ? (name as FaultCode) : "internal";
}

/** Any thrown value as a fault. What is no fault is a mistake of ours. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  return new Fault("internal", thrown instanceof Error ? thrown.message : String(thrown));
}

/** Whether this device is signed out and nothing but signing in helps. */
export function signedOut(fault: Fault): boolean {
  return fault.code === "sign_in_required" || fault.code === "token_invalid";
}
