import { day, within } from "../format.ts";
import { errorText, languageNow, mark, t, type Text } from "../language.ts";
import { type EventRow, type Field, FIELD_NAMES } from "../model.ts";

/** What a person did to fields. */
const DEEDS: Record<string, Text> = {
  edited: mark("You changed {fields}."),
  undone: mark("You took back the change of {fields}."),
  accepted: mark("You accepted the new {fields}."),
  locked: mark("You locked {fields}."),
  unlocked: mark("You unlocked {fields}."),
};

/** What else happens to a document, by stage and kind. The project tells it in English; elsewhere the page has its own words. */
const EVENTS: Record<string, (data: EventRow["data"]) => string> = {
  "upload completed": () => t("The file is stored."),
  "ocr started": () => t("Reading started."),
  "ocr queued": () => t("Retried."),
  "ocr progress": ({ page, page_count }) =>
    t("Read {page, number} of {all, plural, one {# page} other {# pages}}.", { page, all: page_count }),
  "ocr completed": ({ page_count, unreadable_pages }) =>
    unreadable_pages > 0
      ? t("Read {read, number} of {all, plural, one {# page} other {# pages}}; {left, number} could not be read.", {
          read: page_count - unreadable_pages,
          all: page_count,
          left: unreadable_pages,
        })
      : t("Read {count, plural, one {# page} other {# pages}}.", { count: page_count }),
  "ocr parts": ({ documents, refused }) =>
    refused?.length > 0
      ? t(
          "{count, plural, one {# document} other {# documents}} came with it; {left, plural, one {# part was} other {# parts were}} rejected.",
          { count: documents, left: refused.length },
        )
      : t("{count, plural, one {# document} other {# documents}} came with it.", { count: documents }),
  "metadata started": () => t("Describing started."),
  "metadata queued": () => t("The owner asked for a new description."),
  "metadata tool": ({ tool }) => t("The agent called {tool}.", { tool }),
  "metadata completed": () => t("Named, tagged and summarized."),
  "edit held": (data) => retentionText(data),
  "edit released": (data) => retentionText(data),
  "edit trashed": () => t("Moved to the trash."),
  "edit restored": () => t("Taken out of the trash."),
  "share shared": () => t("Shared by a link."),
  "share opened": () => t("Opened by a share link."),
  "share received": () => t("Handed in by an upload link."),
  "mail received": () => t("Came by mail."),
  "rule applied": ({ rule }) => t("Rule “{name}” was applied.", { name: String(rule) }),
  "rule skipped": () => t("The rules could not be applied."),
};

function retentionText({ held, keep_until }: EventRow["data"]): string {
  const until = keep_until && day(keep_until);
  if (until) return held ? t("Held, and kept until {day}.", { day: until }) : t("Kept until {day}.", { day: until });
  return held ? t("Held: it cannot be deleted.") : t("Released: it can be deleted.");
}

/** A line of a document's history. */
export function eventText({ stage, kind, message, data }: EventRow): string {
  const deed = DEEDS[kind];
  if (deed && Array.isArray(data.fields))
    return t(deed, { fields: data.fields.map((field: Field) => within(t(FIELD_NAMES[field] ?? field))).join(", ") });
  const failure = errorText(String(data.code)) ?? message;
  if (kind === "retrying" && data.attempt)
    return t("Attempt {attempt}: {message}", { attempt: data.attempt, message: failure });
  return languageNow() === "en" ? message : (EVENTS[`${stage} ${kind}`]?.(data) ?? failure);
}
