import { language } from ".";

const formats = new Map<string, Intl.DateTimeFormat>();

/** A formatter, kept because making one costs more than using it. */
function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()} ${name}`;
  let f = formats.get(key);
  if (f === undefined) {
    f = new Intl.DateTimeFormat(language(), options);
    formats.set(key, f);
  }
  return f;
}

/** A time with the halves of the day in Korean, for which browsers' data has had both 오전 and AM. */
function halves(f: Intl.DateTimeFormat, ms: number): string {
  if (language() !== "ko") return f.format(ms);
  const half = new Date(ms).getHours() < 12 ? "오전" : "오후";
  return f
    .formatToParts(ms)
    .map((part) => (part.type === "dayPeriod" ? half : part.value))
    .join("");
}

/** What `clock` said last, by language and minute: a room says the same times again and again. */
let clocks = new Map<string, string>();
const mostClocks = 2000;

/** "오후 3:27", "3:27 PM". */
export function clock(ms: number): string {
  const key = `${language()} ${minuteNumber(ms)}`;
  let said = clocks.get(key);
  if (said === undefined) {
    if (clocks.size > mostClocks) clocks = new Map();
    said = halves(format("clock", { hour: "numeric", minute: "2-digit" }), ms);
    clocks.set(key, said);
  }
  return said;
}

/** The whole date of a line between two days. */
export function fullDay(ms: number): string {
  return format("day", { year: "numeric", month: "long", day: "numeric", weekday: "long" }).format(ms);
}

/** Day and time, for labels and lists of devices. */
export function moment(ms: number): string {
  return halves(format("moment", { dateStyle: "medium", timeStyle: "short" }), ms);
}

/** Short time of a list: the clock today, "yesterday", the day this year, else the date. */
export function shortTime(ms: number, now = Date.now()): string {
  const days = dayNumber(now) - dayNumber(ms);
  if (days <= 0) return clock(ms);
  if (days === 1) return yesterday();
  if (new Date(ms).getFullYear() === new Date(now).getFullYear()) {
    return format("month-day", { month: "short", day: "numeric" }).format(ms);
  }
  return format("date", { year: "numeric", month: "numeric", day: "numeric" }).format(ms);
}

/** "Yesterday", as it begins a line. */
export function yesterday(): string {
  const word = new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-1, "day");
  return word.charAt(0).toLocaleUpperCase(language()) + word.slice(1);
}

/** The name of a day of the week: 1 is Monday, 7 is Sunday. */
export function weekday(day: number, width: "short" | "long"): string {
  // 1 January 2024 was a Monday.
  return format(`weekday ${width}`, { weekday: width, timeZone: "UTC" }).format(Date.UTC(2024, 0, day));
}

/** A number that is the same for two moments of one local day, and one more on the next. */
export function dayNumber(ms: number): number {
  const d = new Date(ms);
  return Math.round(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000);
}

/** A number that is the same for two moments of one minute. */
export function minuteNumber(ms: number): number {
  return Math.floor(ms / 60_000);
}

/** "1:05" of 65 seconds. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "2.4 MB"; "20 B", though Intl would have it 20byte in Korean. */
export function bytes(n: number): string {
  const units = ["kilobyte", "megabyte", "gigabyte"] as const;
  let i = 0;
  let size = n / 1000;
  while (size >= 1000 && i < units.length - 1) {
    size /= 1000;
    i++;
  }
  const f = new Intl.NumberFormat(language(), {
    style: "unit",
    unit: units[i] ?? "gigabyte",
    maximumFractionDigits: 1,
  });
  if (n >= 1000) return f.format(size);
  return f
    .formatToParts(n)
    .map((part) => (part.type === "unit" ? part.value.replace(/^k/i, "") : part.value))
    .join("");
}
