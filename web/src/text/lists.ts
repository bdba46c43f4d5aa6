import { language } from ".";

/** Names as a sentence lists them: "Ann, Ben, and Cleo". Korean has commas only, since 및 is for forms. */
export function listed(names: readonly string[]): string {
  if (language() === "ko") return row(names);
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(names);
}

/** Names one after the other without "and": "Ann, Ben", and in Japanese "アン、ベン". */
export function row(names: readonly string[]): string {
  return names.join(/^(ja|zh)/.test(language()) ? "、" : ", ");
}
