import type { Session } from "../store/session";
import { emoticonName } from "../emoticons/madang";
import { t } from "../text";
import { listed } from "../text/lists";
import type { Entry, Notice } from "../wire/types";
import { nameOf } from "./names";

/** What a notice says, in the reader's language. */
export function noticeText(session: Session, entry: Entry): string {
  const notice: Notice = entry.notice ?? { event: "text" };
  const who = nameOf(session, entry.sender_id);
  const whom = listed((notice.user_ids ?? []).map((id) => nameOf(session, id)));
  switch (notice.event) {
    case "created":
      return whom === "" ? t("notice.created-alone", { who }) : t("notice.created", { who, whom });
    case "invited":
      return t("notice.invited", { who, whom });
    case "joined":
      return t("notice.joined", { who });
    case "left":
      return t("notice.left", { who });
    case "removed":
      return t("notice.removed", { who, whom });
    case "renamed":
      return t("notice.renamed", { who, title: notice.title ?? "" });
    case "role":
      return t("notice.role", { who, whom, role: notice.role ?? "member" });
    case "pinned":
      return t("notice.pinned", { who });
    case "unpinned":
      return t("notice.unpinned", { who });
    case "imported":
      return t("notice.imported");
    case "text":
      return notice.text ?? "";
  }
}

/** A message in one line, for lists, quotes and announcements. */
export function messageText(entry: Partial<Entry>): string {
  if (entry.deleted === true) return t("message.deleted");
  if (entry.kind === "hidden") return t("message.hidden");
  const caption = entry.text === undefined || entry.text === "" ? "" : ` ${entry.text}`;
  switch (entry.type) {
    case "photo":
      return t("message.photo", { n: entry.photos?.length ?? 1 }) + caption;
    case "video":
      return t("message.video") + caption;
    case "voice":
      return t("message.voice");
    case "file":
      return t("message.file", { name: entry.file?.name ?? "" }) + caption;
    case "contact":
      return t("message.contact", { name: entry.contact?.name ?? "" });
    case "place":
      return t("message.place", { name: entry.place?.name ?? entry.place?.address ?? "" });
    case "emoticon":
      return emoticonText(entry);
    case "card":
      return entry.card?.title ?? t("message.card");
    default:
      return entry.text ?? "";
  }
}

/** What an emoticon of ours says; of others only that it is one. */
function emoticonText({ emoticon }: Partial<Entry>): string {
  const name = emoticonName(emoticon);
  return name === undefined ? t("message.emoticon") : t("message.emoticon-of", { name: t(name) });
}
