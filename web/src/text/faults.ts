import type { Fault } from "../net/fault";
import { isKey, t } from ".";
import { duration } from "./dates";

/** What went wrong and what to do, in the reader's language. */
export function faultText(fault: Fault): string {
  const key = `fault.${fault.code}`;
  const text = isKey(key) ? t(key) : t("fault.internal");
  if (fault.retryAfterMs === undefined) return text;
  return `${text} ${t("fault.wait", { wait: waitText(fault.retryAfterMs) })}`;
}

/** A wait as people say it: minutes and seconds below an hour, else hours or days. */
export function waitText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours < 1) return duration(ms);
  if (hours < 48) return t("time.hours", { n: Math.ceil(hours) });
  return t("time.days", { n: Math.ceil(hours / 24) });
}
