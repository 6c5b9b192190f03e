import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Database } from "../../../supabase/functions/_shared/database.types.ts";
import { instant } from "../format.ts";
import { t } from "../language.ts";
import type { DocumentRow } from "../model.ts";
import { type Project, unwrap, useProject } from "../project.tsx";

type Row<Table extends keyof Database["public"]["Tables"]> = Database["public"]["Tables"][Table]["Row"];
export type Token = Row<"api_tokens">;
export type Endpoint = Row<"webhook_endpoints"> & { disabled_reason: { message: string } | null };
export type Delivery = Row<"webhook_deliveries"> & { error: { message: string } | null };
export type ShareLink = Row<"share_links">;
export type UploadLink = Row<"upload_links">;
export type InboxAddress = Row<"inbox_addresses">;
export type RefusedMail = Row<"refused_mails">;
export type Rule = Row<"rules">;
export type RuleRun = Row<"rule_runs">;
/** What a rule asks for and does: docs/rules.md. Those without a field in the form stay as they are. */
export type Conditions = Record<string, unknown>;
export type Actions = Record<string, unknown>;

/** What is shown of a list; the database bounds each, but not share links over all documents. */
const MOST_ROWS = 200;
const DELIVERIES_SHOWN = 50;
/** Messages are sent behind the page's back: what waits is asked for again after so long, and what may come. */
const WAITING_MS = 1500;
const WATCHING_MS = 10_000;

export type Context = { project: Project; client: QueryClient };
export const useContext = (): Context => ({ project: useProject(), client: useQueryClient() });

/** Calls a function of the database, and reads again what it changes. */
export async function call<Result>(
  { project, client }: Context,
  name: string,
  values: object,
  changes: string,
): Promise<Result> {
  const { data, error } = await project.supabase.rpc(name, values);
  if (error) throw error;
  await client.invalidateQueries({ queryKey: [changes] });
  // any in supabase-js without types; docs/api.md has the answers
  return data as Result;
}

/** A user's rows of a table, the newest first. Others may have changed them, so they are read each time they are shown. */
function useOwn<
  Table extends
    | "api_tokens"
    | "webhook_endpoints"
    | "share_links"
    | "upload_links"
    | "inbox_addresses"
    | "refused_mails"
    | "rules"
    | "rule_runs",
>(
  table: Table,
  refetchInterval: number | false | ((query: { state: { data: Row<Table>[] | undefined } }) => number) = false,
) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: [table],
    staleTime: 0,
    refetchInterval,
    queryFn: async () =>
      unwrap(
        await supabase.from(table).select("*").order("created_at", { ascending: false }).order("id").limit(MOST_ROWS),
        // unknown: without a generic client a row has no type
      ) as unknown as Row<Table>[],
  });
}

export const useTokens = () => useOwn("api_tokens");
export const useUploadLinks = () => useOwn("upload_links");
export const useShareLinks = () => useOwn("share_links");
export const useEndpoints = () => useOwn("webhook_endpoints", WATCHING_MS);

export const useInboxAddresses = () => useOwn("inbox_addresses");
export const useRefusedMails = () => useOwn("refused_mails");
export const useRuleRuns = () =>
  useOwn("rule_runs", ({ state }) =>
    state.data?.some((run) => run.state === "running" || run.state === "undoing") ? WAITING_MS : WATCHING_MS,
  );
/** In the order in which they run. */
export function useRules() {
  const { data, ...rest } = useOwn("rules");
  return { ...rest, data: data && [...data].sort((a, b) => a.position - b.position) };
}

/** The names of the documents that links show. */
export function useNames(ids: string[]) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["names", ...ids],
    enabled: ids.length > 0,
    queryFn: async () => {
      const rows = unwrap(await supabase.from("documents").select("id, display_name, filename").in("id", ids));
      return new Map(
        (rows as Pick<DocumentRow, "id" | "display_name" | "filename">[]).map((document) => [document.id, document]),
      );
    },
  });
}

export function useDeliveries(endpointId: string) {
  const { supabase } = useProject();
  return useQuery({
    queryKey: ["webhook_deliveries", endpointId],
    staleTime: 0,
    queryFn: async () =>
      unwrap(
        await supabase
          .from("webhook_deliveries")
          .select("*")
          .eq("endpoint_id", endpointId)
          .order("id", { ascending: false })
          .limit(DELIVERIES_SHOWN),
      ) as Delivery[],
    refetchInterval: ({ state }) =>
      state.data?.some((delivery) => delivery.state === "waiting") ? WAITING_MS : WATCHING_MS,
  });
}

/** Changes a webhook, which its owner may do through the Data API. */
export async function changeEndpoint(
  { project, client }: Context,
  id: string,
  values: Partial<Pick<Endpoint, "url" | "events" | "description" | "enabled">> | null,
): Promise<void> {
  const endpoints = project.supabase.from("webhook_endpoints");
  const { error } = await (values
    ? endpoints.update(values).eq("id", id).select("id").single()
    : endpoints.delete().eq("id", id));
  if (error) throw error;
  await client.invalidateQueries({ queryKey: ["webhook_endpoints"] });
}

/** Makes a rule where there is no id, changes one, or deletes it where there are no values. */
export async function changeRule(
  { project, client }: Context,
  id: string | undefined,
  values: object | null,
): Promise<void> {
  const rules = project.supabase.from("rules");
  const { error } = await (values === null
    ? rules.delete().eq("id", id!)
    : id
      ? rules.update(values).eq("id", id).select("id").single()
      : rules.insert(values));
  if (error) throw error;
  await client.invalidateQueries({ queryKey: ["rules"] });
}

type Ending = { expires_at: string | null; revoked_at: string | null };

/** Why something works no longer; null while it does. `used` is what ends it beside its time. */
export function endOf({ expires_at, revoked_at }: Ending, used = false): string | null {
  if (revoked_at) return t("Revoked");
  if (expires_at && instant(expires_at).getTime() <= Date.now()) return t("Expired");
  return used ? t("Used up") : null;
}
