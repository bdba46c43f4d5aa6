/** What a file is, as far as people tell them apart. */
export type FileSort =
  | "picture"
  | "film"
  | "sound"
  | "archive"
  | "sheet"
  | "slides"
  | "words"
  | "pdf"
  | "other";

const sorts: Partial<Record<string, FileSort>> = Object.create(null) as object;
for (const [sort, names] of Object.entries({
  picture: "jpg jpeg png gif webp heic heif avif bmp svg tif tiff psd ai",
  film: "mp4 mov webm mkv avi m4v",
  sound: "mp3 m4a wav ogg flac aac opus mid",
  archive: "zip 7z rar tar gz xz zst egg alz apk iso dmg",
  sheet: "xls xlsx csv ods numbers cell",
  slides: "ppt pptx odp key show",
  words: "doc docx hwp hwpx odt txt md rtf pages epub",
  pdf: "pdf",
}))
  for (const name of names.split(" ")) sorts[name] = sort as FileSort;

/** The end of a file's name in capitals, when it is short enough to stand on an icon. */
export function extensionOf(name: string): string {
  const end = /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1] ?? "";
  return end.toUpperCase();
}

/** Sorts by name, as people do, else by type. */
export function sortOf(name: string, mime = ""): FileSort {
  const byName = sorts[(/\.([A-Za-z0-9]+)$/.exec(name)?.[1] ?? "").toLowerCase()];
  if (byName !== undefined) return byName;
  if (mime.startsWith("image/")) return "picture";
  if (mime.startsWith("video/")) return "film";
  if (mime.startsWith("audio/")) return "sound";
  if (mime.startsWith("text/")) return "words";
  return mime === "application/pdf" ? "pdf" : "other";
}
