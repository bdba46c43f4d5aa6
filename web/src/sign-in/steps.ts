import type { SignIn } from "../net/api";
import type { Fault } from "../net/fault";

/** What is asked now. The server tells by its refusal what is missing; the code stays good meanwhile. */
export type Step = "phone" | "code" | "pin" | "name";

export interface Answers {
  phone: string;
  code: string;
  pin?: string;
  fresh?: boolean;
  setup?: string | undefined;
}

/** The step that a refusal leads to. */
export function nextStep(now: Step, refused: Fault): Step {
  switch (refused.code) {
    case "phone_invalid":
    case "consent_required":
      return "phone";
    case "code_invalid":
    case "code_expired":
      return "code";
    case "pin_required":
    case "pin_invalid":
    case "recovery_pending":
      return "pin";
    default:
      return now;
  }
}

/** The versions of the documents whose texts this client shows (sign-in.terms-text, sign-in.privacy-text). */
const documents = { terms_version: "1", privacy_version: "1" } as const;

export function signInParams(answers: Answers, userAgent: string, language: string): SignIn {
  const { phone, code, pin, fresh, setup } = answers;
  return {
    phone,
    code,
    device_name: deviceName(userAgent),
    language,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...documents,
    ...(pin === undefined ? {} : { pin }),
    ...(fresh === true ? { fresh } : {}),
    ...(setup === undefined ? {} : { setup_token: setup }),
  };
}

const browsers = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser/", "Samsung Internet"],
  ["Whale/", "Whale"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const systems = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "Mac"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/** "Chrome, Android" from what the browser calls itself; people know their devices by it. */
export function deviceName(userAgent: string): string {
  const browser = browsers.find(([mark]) => userAgent.includes(mark))?.[1] ?? "Web";
  const system = systems.find(([mark]) => userAgent.includes(mark))?.[1];
  return system === undefined ? browser : `${browser}, ${system}`;
}
