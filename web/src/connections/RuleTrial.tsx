import { useQuery } from "@tanstack/react-query";
import { t } from "../language.ts";
import { listChanges } from "../list-changes.ts";
import { FIELD_NAMES } from "../fields.ts";
import type { Field } from "../model.ts";
import { at, linkTo } from "../place.ts";
import { sentenceOf } from "../sentences.ts";
import styles from "./Connections.module.css";
import { call, type Rule, useContext } from "./data.ts";
import { Making } from "./parts.tsx";

type Change = { from: unknown; to: unknown };
type Foreseen = { document_id: string; name: string; changes: Record<string, Change> };

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") || t("none") : value === null || value === "" ? t("none") : String(value);

/** A value before and after; of a list what goes and what comes. */
function Difference({ from, to }: Change): React.JSX.Element {
  if (!Array.isArray(from) || !Array.isArray(to))
    return (
      <>
        <del>{shown(from)}</del> <ins>{shown(to)}</ins>
      </>
    );
  const { removed, added } = listChanges(from, to);
  return (
    <>
      {removed.length > 0 && <del>{shown(removed)}</del>}{" "}
      {added.length > 0 && <ins>{added.map((one) => `+ ${one}`).join(", ")}</ins>}
    </>
  );
}

/** What a rule would change in the archive, before it does. */
export function RuleTrial({ rule, onClose }: { rule: Rule; onClose(): void }): React.JSX.Element {
  const context = useContext();
  const { data, error } = useQuery({
    queryKey: ["dry run", rule.id, rule.updated_at],
    staleTime: 0,
    gcTime: 0,
    queryFn: async () => {
      const { data: found, error: failed } = await context.project.supabase.rpc("dry_run_rules", { rules: [rule.id] });
      if (failed) throw failed;
      return found as { documents: Foreseen[]; looked_at: number; next: string | null };
    },
  });
  async function apply(): Promise<void> {
    await call(context, "apply_rules", { rule_ids: [rule.id] }, "rule_runs");
    onClose();
  }
  return (
    <Making
      title={t("What “{name}” would change", { name: rule.name })}
      action={t("Apply to the archive")}
      ready={data !== undefined && (data.documents.length > 0 || data.next !== null)}
      onMake={apply}
      onClose={onClose}
    >
      {error && <p className={styles.wrong}>{sentenceOf(error)}</p>}
      {data && data.documents.length === 0 && (
        <p>
          {data.next ? t("Nothing in the first documents; older ones may fit.") : t("No document of yours fits it.")}
        </p>
      )}
      {data && data.documents.length > 0 && (
        <ul className={styles.trial} aria-label={t("Changes")}>
          {data.documents.map(({ document_id, name, changes }) => (
            <li key={document_id}>
              <a {...linkTo(at(new URLSearchParams(), { document: document_id }))}>{name}</a>
              {Object.entries(changes).map(([field, { from, to }]) => (
                <span key={field}>
                  {t("{field}:", { field: t(FIELD_NAMES[field as Field] ?? field) })} <Difference from={from} to={to} />
                </span>
              ))}
            </li>
          ))}
        </ul>
      )}
      {data?.next && <p>{t("The archive goes on behind these. Applying looks at all of it.")}</p>}
    </Making>
  );
}
