import type { ID } from "../wire/types";

/** A file that is to be uploaded, under an id of this device until it has one of the server's. */
export interface Outgoing {
  id: ID;
  kind: "photo" | "video" | "voice" | "file";
  /** With what it is saved by others; may be empty. */
  name: string;
  blob: Blob;
  /** Of recordings that do not tell themselves. */
  duration_ms?: number;
  waveform?: number[];
}

/** What is told of an upload under way. */
export interface Watch {
  /** The address at which it can go on later, on another line or after a reload. */
  onAddress: (url: string) => void;
  /** Bytes that the server has. */
  onProgress: (sent: number) => void;
}

/** An upload under way. */
export interface Running {
  /** The server's id of the whole file; fails with a Fault. */
  done: Promise<ID>;
  /** Ends it; `remove` takes back what the server has of it. */
  stop: (remove: boolean) => void;
}

/** The way by which files leave this device. */
export interface Transport {
  /** Uploads a file, or the rest of one whose address is known. */
  send: (file: Outgoing, address: string | undefined, watch: Watch) => Running;
  /** The largest file that the server takes, in bytes. */
  limit: () => Promise<number>;
}
