import { useQueryClient } from "@tanstack/react-query";
import { Suspense } from "react";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { t } from "../language.ts";
import { lazyPart } from "../lazy-view.tsx";
import { at, go, linkTo, usePlace } from "../place.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { CloudOff, Plus, ScanText } from "../ui/icons.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { Nothing } from "../ui/Nothing.tsx";
import { sayError } from "../ui/toasts.tsx";
import { applySchema, makeSchema, useSchemas } from "./data.ts";
import { Table } from "./Table.tsx";
import styles from "./Tables.module.css";

const SchemaEditor = lazyPart(() => import("./SchemaEditor.tsx"));
const Suggest = lazyPart(() => import("./Suggest.tsx"));

/** A table for each schema: a row a document, or a row a line of them. */
export default function Tables(): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const place = usePlace();
  const { data: schemas, error } = useSchemas();
  if (error)
    return (
      <Nothing icon={<CloudOff aria-hidden />} title={t("The tables could not be loaded")}>
        {sentenceOf(error)}
      </Nothing>
    );
  if (!schemas) return <div />;
  const editing = place.get("edit");
  const schema = schemas.find(({ id }) => id === place.get("schema")) ?? schemas[0];
  if (editing === "suggest")
    return (
      <Suspense>
        <Suggest others={schemas.map(({ name }) => name)} />
      </Suspense>
    );
  const edited = editing === "new" ? null : schemas.find(({ id }) => id === editing);
  if (editing && edited !== undefined) {
    return (
      <Suspense>
        <SchemaEditor
          key={editing}
          schema={edited}
          others={schemas.filter((one) => one !== edited).map(({ name }) => name)}
        />
      </Suspense>
    );
  }

  async function take(name: string): Promise<void> {
    try {
      const id = await makeSchema(
        context,
        { ...TEMPLATES[name]!, name: t(TEMPLATES[name]!.name) },
        schemas!.map((one) => one.name),
      );
      go(at(new URLSearchParams(), { view: "tables", schema: id }), { replace: true });
      await applySchema(context, id);
    } catch (failure) {
      sayError(failure);
    }
  }
  const templates = (look?: "primary") => (
    <Menu
      align={look ? "start" : "end"}
      trigger={
        <Button look={look} small={!look}>
          <Plus aria-hidden />
          {t("New table")}
        </Button>
      }
    >
      <MenuItem onClick={() => go(at(new URLSearchParams(), { view: "tables", edit: "new" }))}>
        <span className={styles.template}>
          {t("A table of your own")}
          <small>{t("Say which values you want to know")}</small>
        </span>
      </MenuItem>
      <MenuItem onClick={() => go(at(new URLSearchParams(), { view: "tables", edit: "suggest" }))}>
        <span className={styles.template}>
          {t("Suggest from documents")}
          <small>{t("Docket proposes the values that your documents share")}</small>
        </span>
      </MenuItem>
      {Object.entries(TEMPLATES).map(([name, template]) => (
        <MenuItem key={name} onClick={() => void take(name)}>
          <span className={styles.template}>
            {t(template.name)}
            <small>{t(template.description)}</small>
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
  if (!schema)
    return (
      <Nothing icon={<ScanText aria-hidden />} title={t("No tables yet")} actions={templates("primary")}>
        {t(
          "A table says which values you want to know of your documents: the number and total of each invoice, the lines of a bank statement. Every value is proven by the words that it was read from; the rest waits for you.",
        )}
      </Nothing>
    );
  return (
    <div className={styles.view}>
      <div className={styles.head}>
        <nav aria-label={t("Tables")}>
          {schemas.map(({ id, name }) => (
            <a
              key={id}
              aria-current={id === schema.id ? "page" : undefined}
              {...linkTo(at(new URLSearchParams(), { view: "tables", schema: id }), { replace: true })}
            >
              {name}
            </a>
          ))}
        </nav>
        {templates()}
      </div>
      <Table key={schema.id} schema={schema} />
    </div>
  );
}
