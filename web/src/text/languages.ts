/** The languages that the client has texts in, by BCP 47, each by its own name for those who read no other. */
export const ownNames = {
  ko: "한국어",
  en: "English",
  ja: "日本語",
  "zh-Hans": "简体中文",
  "zh-Hant": "繁體中文",
  es: "Español",
  de: "Deutsch",
  fr: "Français",
  th: "ไทย",
  tr: "Türkçe",
} as const;

export type Language = keyof typeof ownNames;

export const languages = Object.keys(ownNames) as Language[];

/** The language among ours that comes closest to what a person asks for. */
export function closest(tags: readonly string[]): Language {
  for (const tag of tags) {
    const wanted = parts(tag);
    const found = languages.find((l) => l === wanted.language || l === `${wanted.language}-${wanted.script}`);
    if (found !== undefined) return found;
  }
  return "en";
}

/** Language and script of a tag: those who say zh-TW or zh-HK write Hant, zh alone means Hans (CLDR, likely subtags). */
function parts(tag: string): { language: string; script: string | undefined } {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return { language: language === "yue" ? "zh" : language, script };
  } catch {
    // People's browsers have sent all kinds of things.
    return { language: "", script: undefined };
  }
}
