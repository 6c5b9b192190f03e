/** What the function api takes and answers of a user's automation: rules, webhooks, mail addresses and links. docs/rules.md says what rules do. */
import { z } from "zod";

const Moment = z.string().describe("A time in ISO 8601.");
const Line = z.string().min(1).max(200);
const Lines = z.array(Line).min(1).max(50);
const Ids = z.array(z.uuid()).min(1).max(50);
const Amount = z.number().min(-1e12).max(1e12);
const Tags = z.array(z.string().min(1).max(40)).max(50);
const Password = z.string().min(8).max(72);

/** All of them must hold; of a list one is enough. private.rule_parts has the same names. */
export const RuleConditions = z.strictObject({
  document_types: Lines.optional(),
  senders: Lines.optional(),
  tags: Lines.optional(),
  text_words: Lines.optional().describe("Words or phrases of the text."),
  name_words: Lines.optional().describe("Words of the name, or of the file's name."),
  amount_from: Amount.optional(),
  amount_to: Amount.optional(),
  currencies: z
    .array(z.string().regex(/^[A-Z]{3}$/))
    .min(1)
    .max(50)
    .optional(),
  languages: Lines.optional(),
  date_from: z.iso.date().optional(),
  date_to: z.iso.date().optional(),
  sources: z
    .array(z.enum(["upload", "part", "upload_link", "mail"]))
    .min(1)
    .max(50)
    .optional(),
  inbox_addresses: Ids.optional().describe("Mail addresses by which it came."),
  upload_links: Ids.optional().describe("Upload links by which it came."),
  formats: Lines.optional().describe("application/pdf, image/*"),
  values: z
    .array(
      z.strictObject({
        schema_id: z.uuid(),
        path: z.string().min(1).max(200),
        is: z.array(z.string().min(1).max(300)).min(1).max(50).optional(),
        from: Amount.optional(),
        to: Amount.optional(),
      }),
    )
    .min(1)
    .max(10)
    .optional()
    .describe("Proven values of an extraction, which all meet this."),
});

/** At least one of them. */
export const RuleActions = z
  .strictObject({
    add_tags: Tags.min(1).optional().describe("In lower case with hyphens."),
    remove_tags: Lines.optional(),
    document_type: z.string().min(1).max(100).optional(),
    correspondent: Line.optional(),
    name: z
      .string()
      .min(1)
      .max(150)
      .optional()
      .describe("{date} {type} {sender} {year} {month} {amount} {currency} {name} {filename}"),
    keep_years: z.int().min(1).max(100).optional(),
    hold: z.literal(true).optional(),
    schemas: Ids.optional().describe("Extraction schemas that are applied."),
    webhooks: Ids.optional().describe("Webhooks that it is sent to."),
  })
  .refine((actions) => Object.keys(actions).length > 0, "A rule has at least one action.");

const RuleName = z.string().min(1).max(100);
/** A rule as it is written. What is left out of it when it is replaced is as in a new one; but its position stays. */
export const WrittenRule = z.strictObject({
  name: RuleName,
  position: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .optional()
    .describe("Rules run in this order, the lowest first. A new one is the last where it is left out."),
  conditions: RuleConditions.optional().describe("None hold for every document."),
  actions: RuleActions,
  enabled: z.boolean().optional().describe("True where it is left out."),
});
export const OneRule = z.strictObject({ rule_id: z.uuid() });
export const RuleOrder = z.strictObject({ rule_ids: z.array(z.uuid()).max(1_000).describe("All of them.") });
export const DryRun = z.strictObject({
  rules: z
    .array(
      z.union([
        z.uuid(),
        z.strictObject({ name: RuleName.optional(), conditions: RuleConditions.optional(), actions: RuleActions }),
      ]),
    )
    .min(1)
    .max(100)
    .optional()
    .describe("Ids of saved ones, or such as are not saved yet; the enabled ones where it is left out."),
  after: z.uuid().optional().describe("The last answer's next."),
  page_size: z.int().min(1).max(200).optional(),
});
export const ApplyRules = z.strictObject({
  rule_ids: z
    .array(z.uuid())
    .min(1)
    .max(100)
    .optional()
    .describe("Also disabled ones; the enabled ones where it is left out."),
});
export const OneRuleRun = z.strictObject({ rule_run_id: z.uuid() });

export const Rule = z.object({
  id: z.uuid(),
  name: z.string(),
  position: z.number().int(),
  conditions: z.record(z.string(), z.unknown()),
  actions: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  created_at: Moment,
  updated_at: Moment,
});
export const Rules = z.array(Rule);
export const DeletedRule = z.object({ rule_id: z.uuid() });
const FieldChanges = z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() }));
export const DryRunAnswer = z.object({
  documents: z.array(
    z.object({
      document_id: z.uuid(),
      name: z.string(),
      changes: FieldChanges,
      rules: z.array(z.looseObject({ name: z.string(), changes: FieldChanges })),
    }),
  ),
  looked_at: z.number().int(),
  next: z.uuid().nullable().describe("What to send as after for the next page; a page may be empty."),
});
export const RuleRun = z.object({
  id: z.uuid(),
  rule_ids: z.array(z.uuid()).nullable(),
  state: z.enum(["running", "done", "stopped", "undoing", "undone"]),
  looked_at: z.number().int(),
  changed: z.number().int(),
  undone: z.number().int(),
  kept: z
    .number()
    .int()
    .describe("Documents of which undoing left a field as it is, as it was changed or locked since."),
  created_at: Moment,
  updated_at: Moment,
});
export const RuleRuns = z.array(RuleRun);

/** The constraint webhook_events_are_known has the same names. */
export const WEBHOOK_EVENTS = [
  "document.uploaded",
  "document.read",
  "document.completed",
  "document.extracted",
  "document.edited",
  "document.failed",
  "document.deleted",
  "document.trashed",
  "document.restored",
  "document.due_soon",
] as const;
const WEBHOOK = {
  url: z.string().min(1).max(2_000).describe("https, of the public internet."),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(20),
  description: z.string().max(200).optional(),
};
export const NewWebhook = z.strictObject(WEBHOOK);
export const WebhookChanges = z.strictObject({ ...WEBHOOK, enabled: z.boolean() }).partial();
export const OneWebhook = z.strictObject({ webhook_id: z.uuid() });
export const ListDeliveries = OneWebhook.extend({
  before: z.coerce.number().int().min(1).optional().describe("The last answer's next."),
});
export const OneDelivery = z.strictObject({ delivery_id: z.coerce.number().int().min(1) });

const Problem = z.object({ code: z.string(), message: z.string() });
export const Webhook = z.object({
  id: z.uuid(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string(),
  enabled: z.boolean(),
  enabled_at: Moment,
  disabled_at: Moment.nullable(),
  disabled_reason: Problem.nullable(),
  failures: z.number().int(),
  failing_since: Moment.nullable(),
  paused_until: Moment.nullable(),
  created_at: Moment,
  updated_at: Moment,
});
export const Webhooks = z.array(Webhook);
export const MadeWebhook = Webhook.extend({ secret: z.string().describe("Shown here and never again.") });
export const DeletedWebhook = z.object({ webhook_id: z.uuid() });
export const RotatedSecret = z.object({ secret: z.string(), previous_valid_until: Moment });
export const TestedWebhook = z.object({ delivery_id: z.number().int() });
export const Delivery = z.object({
  id: z.number().int(),
  message_id: z.string().describe("The header webhook-id."),
  endpoint_id: z.uuid(),
  document_id: z.uuid().nullable(),
  event_type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  state: z.enum(["waiting", "delivered", "failed", "skipped"]),
  attempts: z.number().int(),
  first_attempt_at: Moment.nullable(),
  last_attempt_at: Moment.nullable(),
  duration_ms: z.number().int().nullable(),
  response_status: z.number().int().nullable(),
  response_body: z.string().nullable(),
  error: Problem.nullable(),
  created_at: Moment,
});
export const Deliveries = z.object({
  deliveries: z.array(Delivery).describe("50 at a time, the newest first."),
  next: z.number().int().nullable().describe("What to send as before for the next page."),
});

export const NewInboxAddress = z.strictObject({
  name: Line,
  tags: Tags.max(10).optional(),
  allowed_senders: z.array(Line).max(50).optional().describe("Addresses and domains; everybody where it is left out."),
});
export const OneInboxAddress = z.strictObject({ address_id: z.uuid() });
export const ListRefusedMails = OneInboxAddress.partial();
export const InboxAddress = z.object({
  id: z.uuid(),
  name: z.string(),
  local_part: z.string().describe("What stands before the @."),
  allowed_senders: z.array(z.string()),
  tags: z.array(z.string()),
  mails: z.number().int(),
  last_used_at: Moment.nullable(),
  revoked_at: Moment.nullable(),
  created_at: Moment,
});
export const InboxAddresses = z.array(InboxAddress);
export const RefusedMails = z.array(
  z.object({
    id: z.number().int(),
    address_id: z.uuid(),
    code: z.string(),
    message: z.string(),
    sender: z.string(),
    created_at: Moment,
  }),
);

export const NewUploadLink = z.strictObject({
  title: Line.describe("Visitors see it."),
  tags: Tags.max(10).optional(),
  expires_at: z.iso.datetime({ offset: true }).optional().describe("In 14 days where it is left out."),
  password: Password.optional(),
  most_files: z.int().min(1).max(1_000).optional(),
  most_bytes: z.int().min(1).max(10_737_418_240).optional(),
});
export const NewShareLink = z.strictObject({
  expires_at: z.iso.datetime({ offset: true }).optional().describe("In 7 days where it is left out."),
  password: Password.optional(),
  with_text: z.boolean().optional(),
  with_values: z.boolean().optional(),
  most_openings: z.int().min(1).max(2_147_483_647).optional(),
  description: z.string().max(200).optional(),
});
export const OneLink = z.strictObject({ link_id: z.uuid() });
export const ListShareLinks = z.strictObject({ document_id: z.uuid().optional() });

export const UploadLink = z.object({
  id: z.uuid(),
  title: z.string(),
  tags: z.array(z.string()),
  is_protected: z.boolean(),
  most_files: z.number().int(),
  most_bytes: z.number().int(),
  files: z.number().int(),
  bytes: z.number().int(),
  expires_at: Moment,
  last_used_at: Moment.nullable(),
  revoked_at: Moment.nullable(),
  created_at: Moment,
});
export const ShareLink = z.object({
  id: z.uuid(),
  document_id: z.uuid(),
  description: z.string(),
  with_text: z.boolean(),
  with_values: z.boolean(),
  is_protected: z.boolean(),
  expires_at: Moment,
  most_openings: z.number().int().nullable(),
  openings: z.number().int(),
  last_opened_at: Moment.nullable(),
  revoked_at: Moment.nullable(),
  created_at: Moment,
});
export const UploadLinks = z.array(UploadLink);
export const ShareLinks = z.array(ShareLink);
const MADE = {
  token: z.string().describe("Shown here and never again."),
  url: z.string().describe("Where it is opened."),
};
export const MadeUploadLink = UploadLink.extend(MADE);
export const MadeShareLink = ShareLink.extend(MADE);
