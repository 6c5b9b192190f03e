import { day, within } from "../format.ts";
import { mark, t, type Text } from "../language.ts";
import { FIELD_NAMES } from "../fields.ts";
import type { EventRow, Field } from "../model.ts";
import { sentenceOf } from "../sentences.ts";

type Data = EventRow["data"];

/** What a person did to fields. */
const DEEDS: Record<string, Text> = {
  edited: mark("You changed {fields}."),
  undone: mark("You took back the change of {fields}."),
  accepted: mark("You accepted the new {fields}."),
  locked: mark("You locked {fields}."),
  unlocked: mark("You unlocked {fields}."),
};

/** Why a stage was begun again. */
const REASONS: Record<string, Text> = {
  retried: mark("Retried."),
  asked: mark("The owner asked for a new description."),
  revived: mark("Revived."),
};

/** What is told of a document, by stage and kind of the event. It is worded from the event's data, in the reader's language. */
const EVENTS: Record<string, (data: Data) => string | undefined> = {
  "upload completed": () => t("The file is stored."),
  "ocr started": () => t("Reading started."),
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
  "metadata tool": ({ tool }) => t("The agent called {tool}.", { tool }),
  "metadata progress": progressText,
  "metadata completed": ({ note, learned }) =>
    [
      note === "over_budget"
        ? t("Named, tagged and summarized without the model: its budget for this month is used up.")
        : t("Named, tagged and summarized."),
      learned?.corrected_on &&
        t("As you corrected this sender on {date}: {fields}.", {
          date: day(learned.corrected_on),
          fields: namesOf(learned.fields),
        }),
    ]
      .filter(Boolean)
      .join(" "),
  "extract started": () => t("Extracting started."),
  "extract completed": ({ extractions }) =>
    t("Extracted the fields of {count, plural, one {# schema} other {# schemas}}.", { count: extractions.length }),
  "webhooks started": () => t("Delivering started."),
  "webhooks failed": ({ host }) => host && t("The webhook to {host} was disabled.", { host }),
  "edit held": retentionText,
  "edit released": retentionText,
  "edit trashed": () => t("Moved to the trash."),
  "edit restored": () => t("Taken out of the trash."),
  "share shared": () => t("Shared by a link."),
  "share opened": () => t("Opened by a share link."),
  "share revoked": () => t("A share link was revoked."),
  "share received": ({ title }) => title && t("Handed in by the link “{title}”.", { title }),
  "mail received": ({ name }) => name && t("Came by mail to “{name}”.", { name }),
  "due soon": ({ due_date }) => t("Payable by {date}.", { date: day(due_date) }),
  "rule applied": (data) => t("Rule “{name}”: {what}.", { name: String(data.rule), what: ruledText(data) }),
  "rule undone": ({ fields }) => t("Rules undone: {fields}.", { fields: namesOf(fields) }),
  "rule skipped": () => t("The rules could not be applied."),
};

function retentionText({ held, keep_until }: Data): string {
  const until = keep_until && day(keep_until);
  if (until) return held ? t("Held, and kept until {day}.", { day: until }) : t("Kept until {day}.", { day: until });
  return held ? t("Held: it cannot be deleted.") : t("Released: it can be deleted.");
}

/** Edited as the fields are, but none of those that describing writes. */
const NOTE = "note";

const namesOf = (fields: (Field | typeof NOTE)[]): string =>
  fields.map((field) => (field === NOTE ? t("Note") : t(FIELD_NAMES[field] ?? field))).join(", ");

/** What a rule did to a document. */
const ruledText = ({ fields, keep_until, hold, schemas, webhooks }: Data): string =>
  [
    fields?.length > 0 && namesOf(fields),
    keep_until && t("kept until {date}", { date: day(keep_until) }),
    hold && t("held"),
    schemas?.length > 0 && t("extraction"),
    webhooks?.length > 0 && t("sent to a webhook"),
  ]
    .filter(Boolean)
    .join("; ");

/** How far describing is, by what the stream or the history says of it. */
export function progressText({ note, ahead, joined, pages_read, page_count }: Data): string | undefined {
  if (note === "over_budget")
    return t("This month's budget for the model is used up; the document is described without it.");
  if (joined) return t("The document is being described already; this is that run.");
  if (ahead !== undefined)
    return ahead > 0
      ? t("Waiting; {count, plural, one {# job is} other {# jobs are}} before it.", { count: ahead })
      : t("Waiting for a free slot.");
  if (pages_read === "") return t("Nothing has been read yet.");
  if (pages_read)
    return t("Read pages {pages} of {all, number}.", { pages: String(pages_read), all: Number(page_count) });
  return undefined;
}

/** A line of a document's history. Of what is not known here, the project's own English tells. */
export function eventText({ stage, kind, message, data }: EventRow): string {
  if (kind === "retrying") return retryText(data, message);
  return wordsOf(stage, kind, data) || sentenceOf({ code: data.code, message });
}

function retryText({ attempt, code, excused }: Data, message: string): string {
  const lost = code === "worker_lost";
  // No attempt of its own: another document may have stopped the worker.
  if (lost && excused) return t("The worker stopped. The document continues in a worker of its own.");
  const why = lost ? t("The work was cut off.") : sentenceOf({ code, message });
  return attempt ? t("Attempt {attempt}: {message}", { attempt, message: why }) : why;
}

function wordsOf(stage: string, kind: string, data: Data): string | undefined {
  if (kind === "queued") return data.reason in REASONS ? t(REASONS[data.reason]!) : undefined;
  if (kind === "edited" && data.from)
    return t("The tag {from} is now {to}.", { from: String(data.from), to: String(data.to) });
  const told = EVENTS[`${stage} ${kind}`];
  const deed = DEEDS[kind];
  try {
    if (told) return told(data);
    if (deed) return t(deed, { fields: (data.fields as Field[]).map((field) => within(namesOf([field]))).join(", ") });
  } catch {
    // Data of an older or a newer project: its own words are there.
  }
  return undefined;
}
