/** Calling codes (ITU-T E.164) of the countries offered in the list; any other is written with +. */
const codes = {
  KR: "82",
  US: "1",
  CA: "1",
  JP: "81",
  CN: "86",
  TW: "886",
  HK: "852",
  VN: "84",
  TH: "66",
  ID: "62",
  PH: "63",
  MY: "60",
  SG: "65",
  IN: "91",
  AU: "61",
  NZ: "64",
  GB: "44",
  IE: "353",
  DE: "49",
  FR: "33",
  ES: "34",
  PT: "351",
  IT: "39",
  NL: "31",
  BE: "32",
  CH: "41",
  AT: "43",
  PL: "48",
  CZ: "420",
  SE: "46",
  NO: "47",
  DK: "45",
  FI: "358",
  TR: "90",
  RU: "7",
  UA: "380",
  BR: "55",
  MX: "52",
  AR: "54",
  CL: "56",
  CO: "57",
  ZA: "27",
  NG: "234",
  KE: "254",
  EG: "20",
  SA: "966",
  AE: "971",
  IL: "972",
  MN: "976",
  KZ: "7",
  UZ: "998",
} as const;

export type Country = keyof typeof codes;

export const countries = Object.keys(codes) as Country[];

export function callingCode(country: Country): string {
  return codes[country];
}

/** Where somebody probably is: by the region of their languages, else their time zone. */
export function guessCountry(languages: readonly string[], timeZone: string): Country {
  if (timeZone === "Asia/Seoul") return "KR";
  for (const tag of languages) {
    const region = tag.split("-").find((part) => /^[A-Z]{2}$/.test(part));
    if (region !== undefined && region in codes) return region as Country;
  }
  return languages[0]?.startsWith("ko") === false ? "US" : "KR";
}

/**
 * The number in E.164 form from what was written: with + it stands as it is,
 * without it is a number of the country, whose leading 0 is only dialled
 * inside. Italy and Russia keep or have no such 0; the server has the last word.
 */
export function e164(country: Country, written: string): string {
  const digits = written.replace(/[^\d+]/g, "");
  if (digits.startsWith("+")) return `+${digits.replaceAll("+", "")}`;
  if (digits.startsWith("00")) return `+${digits.slice(2)}`;
  const local = country === "IT" ? digits : digits.replace(/^0/, "");
  return `+${callingCode(country)}${local}`;
}

/** The number as people of its country write it, where we know how. */
export function readable(phone: string): string {
  const korean = /^\+82(10)(\d{3,4})(\d{4})$/.exec(phone);
  if (korean !== null) return `0${korean[1]}-${korean[2]}-${korean[3]}`;
  return phone;
}
