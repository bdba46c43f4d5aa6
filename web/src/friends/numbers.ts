import type { CountryCode } from "libphonenumber-js/min";
import { maxNumbers } from "./book";

/** Numbers that are read in one go; the page stays quick meanwhile. */
const atOnce = 100;

/** Numbers of a phone book in E.164 form, each once. */
export interface Numbers {
  phones: string[];
  /** How many more there were than are taken. */
  over: number;
}

/** Reads numbers as they are dialled in a country; what is no number is passed over. */
export async function readNumbers(written: readonly string[], country: string): Promise<Numbers> {
  const { isSupportedCountry, parsePhoneNumberFromString } = await import("libphonenumber-js/min");
  const home: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const phones = new Set<string>();
  for (const [i, text] of written.entries()) {
    if (i % atOnce === atOnce - 1) await new Promise((resolve) => setTimeout(resolve));
    const number = parsePhoneNumberFromString(text, home);
    if (number?.isPossible() === true) phones.add(number.number);
  }
  const all = [...phones];
  return { phones: all.slice(0, maxNumbers), over: Math.max(0, all.length - maxNumbers) };
}
