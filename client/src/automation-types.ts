/**
 * What the function api takes and answers of rules, webhooks, mail addresses and links. tests/client/types.test.ts
 * compares it with the function.
 */
export type Source = "upload" | "part" | "upload_link" | "mail";
/** All of them must hold; of a list one is enough. */
export type RuleConditions = {
  document_types?: string[] | undefined;
  senders?: string[] | undefined;
  tags?: string[] | undefined;
  text_words?: string[] | undefined;
  name_words?: string[] | undefined;
  amount_from?: number | undefined;
  amount_to?: number | undefined;
  currencies?: string[] | undefined;
  languages?: string[] | undefined;
  date_from?: string | undefined;
  date_to?: string | undefined;
  sources?: Source[] | undefined;
  inbox_addresses?: string[] | undefined;
  upload_links?: string[] | undefined;
  formats?: string[] | undefined;
  values?:
    | {
        schema_id: string;
        path: string;
        is?: string[] | undefined;
        from?: number | undefined;
        to?: number | undefined;
      }[]
    | undefined;
};
/** At least one of them. */
export type RuleActions = {
  add_tags?: string[] | undefined;
  remove_tags?: string[] | undefined;
  document_type?: string | undefined;
  correspondent?: string | undefined;
  /** A pattern: {date} {type} {sender}. */
  name?: string | undefined;
  keep_years?: number | undefined;
  hold?: true | undefined;
  schemas?: string[] | undefined;
  webhooks?: string[] | undefined;
};
export type WrittenRule = {
  name: string;
  position?: number | undefined;
  conditions?: RuleConditions | undefined;
  actions: RuleActions;
  enabled?: boolean | undefined;
};
export type Rule = {
  id: string;
  name: string;
  position: number;
  conditions: Record<string, unknown>;
  actions: Record<string, unknown>;
  enabled: boolean;
  created_at: string;
  updated_at: string;
};
/** Rules to try: ids of saved ones, or such as are not saved yet. */
export type TriedRule =
  | string
  | { name?: string | undefined; conditions?: RuleConditions | undefined; actions: RuleActions };
export type DryRun = { rules?: TriedRule[] | undefined; after?: string | undefined; page_size?: number | undefined };
export type FieldChanges = Record<string, { from?: unknown; to?: unknown }>;
export type RuledDocument = {
  document_id: string;
  name: string;
  changes: FieldChanges;
  rules: { name: string; changes: FieldChanges; [more: string]: unknown }[];
};
export type DryRunAnswer = { documents: RuledDocument[]; looked_at: number; next: string | null };
export type RuleRun = {
  id: string;
  rule_ids: string[] | null;
  state: "running" | "done" | "stopped" | "undoing" | "undone";
  looked_at: number;
  changed: number;
  undone: number;
  /** Documents of which undoing left a field as it is, as it was changed or locked since. */
  kept: number;
  created_at: string;
  updated_at: string;
};

export type WebhookEvent =
  | "document.uploaded"
  | "document.read"
  | "document.completed"
  | "document.extracted"
  | "document.edited"
  | "document.failed"
  | "document.deleted"
  | "document.trashed"
  | "document.restored"
  | "document.due_soon";
export type NewWebhook = { url: string; events: WebhookEvent[]; description?: string | undefined };
export type WebhookChanges = Partial<NewWebhook> & { enabled?: boolean | undefined };
type Problem = { code: string; message: string };
export type Webhook = {
  id: string;
  url: string;
  events: string[];
  description: string;
  enabled: boolean;
  enabled_at: string;
  disabled_at: string | null;
  disabled_reason: Problem | null;
  failures: number;
  failing_since: string | null;
  paused_until: string | null;
  created_at: string;
  updated_at: string;
};
export type Delivery = {
  id: number;
  message_id: string;
  endpoint_id: string;
  document_id: string | null;
  event_type: string;
  payload: Record<string, unknown>;
  state: "waiting" | "delivered" | "failed" | "skipped";
  attempts: number;
  first_attempt_at: string | null;
  last_attempt_at: string | null;
  duration_ms: number | null;
  response_status: number | null;
  response_body: string | null;
  error: Problem | null;
  created_at: string;
};
export type Deliveries = { deliveries: Delivery[]; next: number | null };

export type NewInboxAddress = {
  name: string;
  tags?: string[] | undefined;
  /** Addresses and domains; everybody where it is left out. */
  allowed_senders?: string[] | undefined;
};
export type InboxAddress = {
  id: string;
  name: string;
  /** What stands before the @. */
  local_part: string;
  allowed_senders: string[];
  tags: string[];
  mails: number;
  last_used_at: string | null;
  revoked_at: string | null;
  created_at: string;
};
export type RefusedMail = {
  id: number;
  address_id: string;
  code: string;
  message: string;
  sender: string;
  created_at: string;
};

export type NewUploadLink = {
  title: string;
  tags?: string[] | undefined;
  expires_at?: string | undefined;
  password?: string | undefined;
  most_files?: number | undefined;
  most_bytes?: number | undefined;
};
export type UploadLink = {
  id: string;
  title: string;
  tags: string[];
  is_protected: boolean;
  most_files: number;
  most_bytes: number;
  files: number;
  bytes: number;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
  created_at: string;
};
export type NewShareLink = {
  expires_at?: string | undefined;
  password?: string | undefined;
  with_text?: boolean | undefined;
  with_values?: boolean | undefined;
  most_openings?: number | undefined;
  description?: string | undefined;
};
export type ShareLink = {
  id: string;
  document_id: string;
  description: string;
  with_text: boolean;
  with_values: boolean;
  is_protected: boolean;
  expires_at: string;
  most_openings: number | null;
  openings: number;
  last_opened_at: string | null;
  revoked_at: string | null;
  created_at: string;
};
/** `token` and `url` are shown here and never again. */
export type MadeLink<Link> = Link & { token: string; url: string };
