import type { Line } from "../net/socket";

/** A call that the client made. */
export interface Call {
  id?: number;
  method: string;
  params: Record<string, unknown>;
}

/** One line of the script: what the client wrote, and what it is made to hear. */
export class ScriptedLine implements Line {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  readonly calls: Call[] = [];
  closed: number | undefined;
  /** Answers some calls by itself; undefined leaves them to the test. */
  answer: (call: Call) => unknown = () => undefined;

  send(data: string): void {
    const call = JSON.parse(data) as Call;
    this.calls.push(call);
    const result = this.answer(call);
    if (result !== undefined && call.id !== undefined) queueMicrotask(() => this.reply(call, result));
  }

  close(code?: number): void {
    this.closed = code;
  }

  open(): void {
    this.onopen?.({} as never);
  }

  /** The line ends from the other side. */
  end(code = 1006): void {
    this.onclose?.({ code } as never);
  }

  /** The server says something: one object, or several in one frame. */
  hear(...messages: unknown[]): void {
    this.onmessage?.({ data: JSON.stringify(messages.length === 1 ? messages[0] : messages) } as never);
  }

  notice(method: string, params: unknown): void {
    this.hear({ jsonrpc: "2.0", method, params });
  }

  reply(call: Call, result: unknown): void {
    this.hear({ jsonrpc: "2.0", id: call.id, result });
  }

  refuse(call: Call, code: string, more: { retry_after_ms?: number } = {}): void {
    this.hear({ jsonrpc: "2.0", id: call.id, error: { code: 1, message: code, data: { code, ...more } } });
  }

  /** The last call of a method that was made on this line. */
  last(method: string): Call {
    const call = this.calls.findLast((c) => c.method === method);
    if (call === undefined) throw new Error(`the client did not call ${method}`);
    return call;
  }

  count(method: string): number {
    return this.calls.filter((c) => c.method === method).length;
  }
}

/** Lets everything that is ready happen, without time passing. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
