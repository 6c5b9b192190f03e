// The client's types are those of the schemas that the functions check by: npm run typecheck compares them here.
import { expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type * as automated from "../../client/src/automation-types.ts";
import type * as client from "../../client/src/types.ts";
import type * as answers from "../../supabase/functions/_shared/contract/answers.ts";
import type * as automation from "../../supabase/functions/_shared/contract/automation.ts";
import type * as requests from "../../supabase/functions/_shared/contract/requests.ts";

type Answer<Name extends keyof typeof answers> = (typeof answers)[Name] extends z.ZodType
  ? z.infer<(typeof answers)[Name]>
  : never;

it("has the answers of the functions", () => {
  expectTypeOf<Answer<"Uploaded">>().toExtend<client.Uploaded>();
  expectTypeOf<Answer<"Document">>().toExtend<client.Document>();
  expectTypeOf<Answer<"DocumentList">>().toExtend<client.Listed>();
  expectTypeOf<Answer<"Pages">["pages"][number]>().toExtend<client.Page>();
  expectTypeOf<Answer<"Values">[number]>().toExtend<client.Value>();
  expectTypeOf<Answer<"Events">[number]>().toExtend<client.Step>();
  expectTypeOf<Answer<"Sums">>().toExtend<client.Sums>();
  expectTypeOf<Answer<"Schemas">[number]>().toExtend<Omit<client.Schema, "fields">>();
  expectTypeOf<Answer<"Rows">>().toExtend<client.Rows>();
  expectTypeOf<Answer<"RowSums">[number]>().toExtend<client.RowSum>();
  expectTypeOf<Answer<"Tags">[number]>().toExtend<client.Tag>();
  expectTypeOf<Answer<"Usage">>().toExtend<client.Usage>();
  expectTypeOf<Answer<"History">>().toExtend<client.History>();
  expectTypeOf<Answer<"Account">>().toExtend<client.Account>();
  expectTypeOf<Answer<"FileLink">>().toExtend<client.FileLink>();
  expectTypeOf<Answer<"Retention">>().toExtend<client.Retention>();
  expectTypeOf<Answer<"Undone">>().toExtend<client.Undone>();
  // An error among the events is thrown.
  expectTypeOf<Exclude<Answer<"DescribingEvent">, { error: unknown }>>().toExtend<client.DescribingEvent>();
});

it("sends what the functions take", () => {
  expectTypeOf<client.Filters>().toExtend<z.input<typeof requests.ListDocuments>>();
  expectTypeOf<keyof client.Filters>().toEqualTypeOf<keyof z.infer<typeof requests.ListDocuments>>();
  expectTypeOf<client.SumOptions>().toExtend<z.input<typeof requests.SumAmounts>>();
  expectTypeOf<keyof client.SumOptions>().toEqualTypeOf<keyof z.infer<typeof requests.SumAmounts>>();
  expectTypeOf<client.RowOptions & { schema_id: string }>().toExtend<z.input<typeof requests.ListRows>>();
  expectTypeOf<keyof client.RowOptions | "schema_id">().toEqualTypeOf<keyof z.infer<typeof requests.ListRows>>();
  expectTypeOf<keyof client.RowFilters | "schema_id">().toEqualTypeOf<keyof z.infer<typeof requests.SumRows>>();
  expectTypeOf<client.TableFormat>().toEqualTypeOf<z.infer<typeof requests.ExportRows>["format"]>();
  expectTypeOf<client.Changes>().toExtend<z.infer<typeof requests.Changes>>();
  expectTypeOf<client.RetentionChanges>().toEqualTypeOf<z.infer<typeof requests.RetentionChanges>>();
  expectTypeOf<keyof client.Changes>().toEqualTypeOf<keyof z.infer<typeof requests.Changes>>();
});

type Automation<Name extends keyof typeof automation> = (typeof automation)[Name] extends z.ZodType
  ? z.infer<(typeof automation)[Name]>
  : never;

it("has what the function api answers of automation", () => {
  expectTypeOf<Automation<"Rule">>().toExtend<automated.Rule>();
  expectTypeOf<Automation<"DryRunAnswer">>().toExtend<automated.DryRunAnswer>();
  expectTypeOf<Automation<"RuleRun">>().toExtend<automated.RuleRun>();
  expectTypeOf<Automation<"Webhook">>().toExtend<automated.Webhook>();
  expectTypeOf<Automation<"MadeWebhook">>().toExtend<automated.Webhook & { secret: string }>();
  expectTypeOf<Automation<"Deliveries">>().toExtend<automated.Deliveries>();
  expectTypeOf<Automation<"InboxAddress">>().toExtend<automated.InboxAddress>();
  expectTypeOf<Automation<"RefusedMails">[number]>().toExtend<automated.RefusedMail>();
  expectTypeOf<Automation<"MadeUploadLink">>().toExtend<automated.MadeLink<automated.UploadLink>>();
  expectTypeOf<Automation<"MadeShareLink">>().toExtend<automated.MadeLink<automated.ShareLink>>();
});

it("sends what the function api takes of automation", () => {
  expectTypeOf<automated.RuleConditions>().toEqualTypeOf<Automation<"RuleConditions">>();
  expectTypeOf<automated.RuleActions>().toEqualTypeOf<Automation<"RuleActions">>();
  expectTypeOf<automated.WrittenRule>().toEqualTypeOf<Automation<"WrittenRule">>();
  expectTypeOf<automated.DryRun>().toEqualTypeOf<Automation<"DryRun">>();
  expectTypeOf<automated.NewWebhook>().toEqualTypeOf<Automation<"NewWebhook">>();
  expectTypeOf<automated.WebhookChanges>().toExtend<Automation<"WebhookChanges">>();
  expectTypeOf<keyof automated.WebhookChanges>().toEqualTypeOf<keyof Automation<"WebhookChanges">>();
  expectTypeOf<automated.NewInboxAddress>().toEqualTypeOf<Automation<"NewInboxAddress">>();
  expectTypeOf<automated.NewUploadLink>().toEqualTypeOf<Automation<"NewUploadLink">>();
  expectTypeOf<automated.NewShareLink>().toEqualTypeOf<Automation<"NewShareLink">>();
});
