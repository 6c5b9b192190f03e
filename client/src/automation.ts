import type {
  Deliveries,
  Delivery,
  DryRun,
  DryRunAnswer,
  InboxAddress,
  MadeLink,
  NewInboxAddress,
  NewShareLink,
  NewUploadLink,
  NewWebhook,
  RefusedMail,
  Rule,
  RuledDocument,
  RuleRun,
  ShareLink,
  TriedRule,
  UploadLink,
  Webhook,
  WebhookChanges,
  WrittenRule,
} from "./automation-types.ts";
import { type Http, place } from "./http.ts";

/** Rules, webhooks, mail addresses and links. An API token needs the scope `automation`. */
export function createAutomation({ json }: Http) {
  const at = (path: string) => `/functions/v1/api/${path}`;
  const read = <Answer>(path: string, query?: object): Promise<Answer> =>
    json(at(path), { ...(query && { query: { ...query } }), repeats: true });
  const post = <Answer>(path: string, body?: object): Promise<Answer> =>
    json(at(path), body ? { json: body } : { method: "POST" });
  const end = <Answer>(path: string): Promise<Answer> => json(at(path), { method: "DELETE" });
  const dryRun = (options: DryRun = {}): Promise<DryRunAnswer> =>
    json(at("rules/dry-run"), { json: options, repeats: true });

  return {
    rules: {
      /** In the order in which they run. */
      list: (): Promise<Rule[]> => read("rules"),
      get: (id: string): Promise<Rule> => read(place`rules/${id}`),
      create: (rule: WrittenRule): Promise<Rule> => post("rules", rule),
      /** Replaces a rule. What is left out is as in a new one, but its position stays. */
      replace: (id: string, rule: WrittenRule): Promise<Rule> =>
        json(at(place`rules/${id}`), { method: "PUT", json: rule, repeats: true }),
      delete: async (id: string): Promise<void> => void (await end(place`rules/${id}`)),
      /** `ids`: all rules, in their new order. */
      reorder: (ids: string[]): Promise<Rule[]> => json(at("rules/order"), { json: { rule_ids: ids }, repeats: true }),
      /** One page of what rules would change; writes nothing. A page may be empty and have a `next` all the same. */
      dryRun,
      /** All that rules would change, page by page. */
      async *allOfDryRun(rules?: TriedRule[]): AsyncGenerator<RuledDocument, void> {
        for (let after: string | undefined; ; ) {
          const found = await dryRun({ rules, after, page_size: 200 });
          yield* found.documents;
          if (found.next === null) return;
          after = found.next;
        }
      },
      /** Applies rules to the documents that are there, in the background: these, or the enabled ones. */
      apply: (ids?: string[]): Promise<RuleRun> => post("rule-runs", ids ? { rule_ids: ids } : {}),
      runs: (): Promise<RuleRun[]> => read("rule-runs"),
      run: (id: string): Promise<RuleRun> => read(place`rule-runs/${id}`),
      /** What it changed stays. */
      stop: (id: string): Promise<RuleRun> => post(place`rule-runs/${id}/stop`),
      /** Puts back what a run changed, but for fields that were changed or locked since. */
      undo: (id: string): Promise<RuleRun> => post(place`rule-runs/${id}/undo`),
    },

    webhooks: {
      list: (): Promise<Webhook[]> => read("webhooks"),
      get: (id: string): Promise<Webhook> => read(place`webhooks/${id}`),
      /** The answer's `secret` is shown here and never again. */
      create: (webhook: NewWebhook): Promise<Webhook & { secret: string }> => post("webhooks", webhook),
      edit: (id: string, changes: WebhookChanges): Promise<Webhook> =>
        json(at(place`webhooks/${id}`), { method: "PATCH", json: changes, repeats: true }),
      delete: async (id: string): Promise<void> => void (await end(place`webhooks/${id}`)),
      /** For a day messages are signed with both secrets. */
      rotateSecret: (id: string): Promise<{ secret: string; previous_valid_until: string }> =>
        post(place`webhooks/${id}/rotate-secret`),
      test: (id: string): Promise<{ delivery_id: number }> => post(place`webhooks/${id}/test`),
      /** 50 messages, the newest first; `next` of the answer is `before` of the next page. */
      deliveries: (id: string, before?: number): Promise<Deliveries> =>
        read(place`webhooks/${id}/deliveries`, { before }),
      redeliver: (delivery: number): Promise<Delivery> => post(place`deliveries/${delivery}/redeliver`),
      skip: (delivery: number): Promise<Delivery> => post(place`deliveries/${delivery}/skip`),
    },

    inboxAddresses: {
      list: (): Promise<InboxAddress[]> => read("inbox-addresses"),
      create: (address: NewInboxAddress): Promise<InboxAddress> => post("inbox-addresses", address),
      revoke: (id: string): Promise<InboxAddress> => end(place`inbox-addresses/${id}`),
      /** Mails that became no document, and why. */
      refused: (id?: string): Promise<RefusedMail[]> => read("refused-mails", { address_id: id }),
    },

    uploadLinks: {
      list: (): Promise<UploadLink[]> => read("upload-links"),
      create: (link: NewUploadLink): Promise<MadeLink<UploadLink>> => post("upload-links", link),
      revoke: (id: string): Promise<UploadLink> => end(place`upload-links/${id}`),
    },

    shareLinks: {
      /** Those of one document, or of all. */
      list: (document?: string): Promise<ShareLink[]> => read("share-links", { document_id: document }),
      create: (document: string, link: NewShareLink = {}): Promise<MadeLink<ShareLink>> =>
        post(place`documents/${document}/share-links`, link),
      revoke: (id: string): Promise<ShareLink> => end(place`share-links/${id}`),
    },
  };
}
