import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { type FoundRow, questionAt, searchDocuments } from "../documents/query.ts";
import { typeName } from "../format.ts";
import { t } from "../language.ts";
import { nameOf } from "../model.ts";
import { at, go, usePlace } from "../place.ts";
import { UUID } from "../document/data.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { FileIcon } from "../ui/FileIcon.tsx";
import { LoaderCircle, Sparkles } from "../ui/icons.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import type { Schema } from "./model.ts";
import SchemaEditor from "./SchemaEditor.tsx";
import styles from "./Suggest.module.css";

/** As many as the project makes a suggestion of. */
const MOST = 20;

/** Has a table suggested from documents: those that were selected, or that a search finds. The proposal is then changed and saved in the editor. */
export default function Suggest({ others }: { others: string[] }): React.JSX.Element {
  const project = useProject();
  const given = (usePlace().get("of") ?? "")
    .split(",")
    .filter((id) => UUID.test(id))
    .slice(0, MOST);
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query.trim());
  /** What was taken off, or put on where nothing is asked for. */
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [proposal, setProposal] = useState<{
    draft: Omit<Schema, "id" | "version">;
    of: FoundRow[];
    byModel: boolean;
  }>();
  const { data: found } = useQuery({
    queryKey: ["suggest", asked, given.join()],
    queryFn: async () => {
      const question = questionAt(new URLSearchParams(`status=completed&q=${encodeURIComponent(asked)}`));
      const { documents } = await searchDocuments(project, question, null, 60);
      if (asked || given.length === 0) return documents.slice(0, MOST);
      const { data, error } = await project.supabase.from("documents").select("*").in("id", given);
      if (error) throw error;
      return data as FoundRow[];
    },
  });
  const all = Boolean(asked) || given.length > 0;
  const chosen = (found ?? []).filter(({ id }) => all !== turned.has(id));

  if (proposal)
    return (
      <SchemaEditor
        schema={null}
        others={others}
        proposal={proposal.draft}
        of={proposal.of}
        byModel={proposal.byModel}
      />
    );

  async function suggest(): Promise<void> {
    setBusy(true);
    try {
      const { engine, schema } = await project.docket.suggestSchema(chosen.map(({ id }) => id));
      // The same fields, which the client knows less closely.
      const draft = {
        ...schema,
        tags: [],
        senders: [],
        fields: schema.fields as Schema["fields"],
        name: unique(t(schema.name), others),
      };
      setProposal({ draft, of: chosen, byModel: engine === "claude" });
    } catch (error) {
      sayError(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.suggest}>
      <div className={styles.head}>
        <h1>{t("Suggest a table")}</h1>
        <Button onClick={() => go(at(new URLSearchParams(), { view: "tables" }), { replace: true })}>
          {t("Cancel")}
        </Button>
        <Button look="primary" disabled={busy || chosen.length === 0} onClick={() => void suggest()}>
          {busy ? <LoaderCircle aria-hidden className={ui.spin} /> : <Sparkles aria-hidden />}
          {t("Suggest")}
        </Button>
      </div>
      <p>
        {t(
          "Choose documents that look alike, up to 20. Docket proposes what is worth knowing of them; you change it before anything is saved.",
        )}
      </p>
      <label>
        {t("Which documents")}
        <input
          className={ui.input}
          type="search"
          value={query}
          placeholder={t("A sender, a type, or words: from:acme type:invoice")}
          autoFocus={given.length === 0}
          onChange={(event) => {
            setQuery(event.target.value);
            setTurned(new Set());
          }}
        />
      </label>
      <p role="status">
        {busy
          ? t("Reading {count, plural, one {# document} other {# documents}}", { count: chosen.length })
          : t("{count, plural, one {# document} other {# documents}} chosen", { count: chosen.length })}
      </p>
      {found?.length === 0 ? (
        <p>{t("No such documents. Only those that were read can be chosen.")}</p>
      ) : (
        <ul>
          {found?.map((document) => (
            <li key={document.id}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.includes(document)}
                  onChange={() => setTurned((known) => toggled(known, document.id))}
                />
                <FileIcon filename={document.filename} mimeType={document.mime_type} />
                <span>
                  {nameOf(document)}
                  <small>
                    {[document.document_type && typeName(document.document_type), document.correspondent]
                      .filter(Boolean)
                      .join(" · ")}
                  </small>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function toggled(known: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(known);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** A name that no other table has. */
function unique(name: string, others: string[]): string {
  const taken = new Set(others.map((other) => other.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const one = number === 1 ? name : `${name} ${number}`;
    if (!taken.has(one.toLowerCase())) return one;
  }
}
