import type { Api } from "../net/api";
import type { Transport } from "../net/transport";
import { uuid } from "../net/uuid";
import type { ID, Me, Time } from "../wire/types";

interface Options {
  api: Api;
  transport: Transport;
  onMe: (me: Me) => void;
  /** The account is no more. */
  onEnd: () => void;
}

/** Account is what a person can do about their own account, beside what others see of them. */
export class Account {
  readonly #options: Options;
  /** Of the code that was asked for last: proves that the same client sends it. */
  #binding = "";

  constructor(options: Options) {
    this.#options = options;
  }

  /** Uploads a picture and shows it to others; `onProgress` hears the part that is sent, 0 to 1. `stop` ends it. */
  async setPhoto(picture: Blob, onProgress: (part: number) => void, stop: AbortSignal): Promise<void> {
    const file = { id: uuid(), kind: "photo", name: "", blob: picture } as const;
    const running = this.#options.transport.send(file, undefined, {
      onAddress: () => undefined,
      onProgress: (sent) => onProgress(picture.size === 0 ? 1 : sent / picture.size),
    });
    stop.addEventListener("abort", () => running.stop(true), { once: true });
    const photo = await running.done;
    stop.throwIfAborted();
    await this.showPhoto(photo);
  }

  /** Shows a photo that the server has, or none. A photo that is shown no longer stays there for a day. */
  async showPhoto(photo_id: ID | null): Promise<void> {
    const { api, onMe } = this.#options;
    onMe(await api.updateMe({ photo_id }));
  }

  /** `old` is the present PIN, where there is one. */
  async setPin(pin: string, old?: string): Promise<void> {
    const { api, onMe } = this.#options;
    await api.setPin(pin, old);
    onMe(await api.me());
  }

  async removePin(pin: string): Promise<void> {
    const { api, onMe } = this.#options;
    await api.removePin(pin);
    onMe(await api.me());
  }

  /** Sends a code to a new number. */
  requestPhoneCode(phone: string, language: string): Promise<{ phone: string; expires_at: Time }> {
    this.#binding = uuid();
    return this.#options.api.requestPhoneCode(phone, this.#binding, language);
  }

  async changePhone(phone: string, code: string, pin?: string): Promise<void> {
    const { api, onMe } = this.#options;
    onMe(await api.changePhone(phone, code, this.#binding, pin));
  }

  /** Deletes the account and all that belongs to it. */
  async delete(pin?: string): Promise<void> {
    await this.#options.api.deleteAccount(pin);
    this.#options.onEnd();
  }
}
