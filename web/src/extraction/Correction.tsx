import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import regenerate from "../document/Regenerate.module.css";
import { type Step, stepOf, Steps } from "../document/Steps.tsx";
import { mark, t, type Text } from "../language.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Undo2 } from "../ui/icons.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { type CellChange, changesOf } from "./cell-changes.ts";
import { readExtracted, undoRun } from "./data.ts";
import styles from "./Extraction.module.css";
import { type Extraction, type Found, labelOf, textOf } from "./model.ts";

/** Why nobody followed the sentence; nothing where a model did. */
const unfollowed = ({ engine, note }: Pick<Extraction, "engine" | "note">): Text | undefined =>
  engine !== "local" ? undefined : note === "over_budget" ? OVER_BUDGET : NO_MODEL;
const NO_MODEL = mark("Only a model follows a sentence, and these values were found without one.");
const OVER_BUDGET = mark(
  "Only a model follows a sentence, and this month's budget for it was used up when these values were found.",
);

/** Looks for a schema's values again, with a sentence that says what to mind, and shows what that changed. */
export function Correction({ extraction, found }: { extraction: Extraction; found: Found }): React.JSX.Element {
  const project = useProject();
  const client = useQueryClient();
  const [steps, setSteps] = useState<Step[] | null>(null);
  const [changes, setChanges] = useState<CellChange[] | null>(null);
  /** The run that can be undone. */
  const [runId, setRunId] = useState<number | null>(null);
  const [failure, setFailure] = useState("");
  const isRunning = steps !== null && changes === null && failure === "";
  const { document_id, schema_id, id } = extraction;

  async function run(instruction: string): Promise<void> {
    setSteps([]);
    setChanges(null);
    setFailure("");
    try {
      for await (const event of project.docket.extract(document_id, schema_id, { instruction })) {
        const step = stepOf(event);
        if (step) setSteps((known) => [...(known ?? []), step]);
        if ("complete" in event) setRunId(event.run_id);
      }
      const after = await readExtracted(project, document_id);
      await client.invalidateQueries({ queryKey: ["extracted", document_id] });
      setChanges(changesOf(found, after, id));
    } catch (error) {
      setFailure(sentenceOf(error));
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const instruction = String(new FormData(event.currentTarget).get("instruction")).trim();
    if (instruction && !isRunning) void run(instruction);
  }

  /** Puts back what the run replaced. */
  async function undo(): Promise<void> {
    if (runId === null) return;
    try {
      await undoRun({ project, client }, runId);
      setSteps(null);
      setChanges(null);
      setRunId(null);
    } catch (error) {
      sayError(error);
    }
  }

  const why = unfollowed(extraction);
  return (
    <div className={styles.correction}>
      <form onSubmit={submit}>
        <label>
          {t("Something wrong? Say what to mind")}
          <input
            className={ui.input}
            name="instruction"
            maxLength={1000}
            autoComplete="off"
            defaultValue={extraction.instruction ?? ""}
            placeholder={t("The total includes the deposit")}
          />
        </label>
        <Button type="submit" waits={isRunning}>
          {t("Look again")}
        </Button>
      </form>
      {why && !isRunning && <p>{t(why)}</p>}
      {steps && <Steps steps={steps} isRunning={isRunning} />}
      {failure && (
        <p role="alert" className={regenerate.failure}>
          {failure}
        </p>
      )}
      {changes && (
        <div role="status">
          {changes.length === 0 ? (
            <p>{t("Nothing changed")}</p>
          ) : (
            <>
              <h3>{t("What changed")}</h3>
              <ul>
                {changes.map((change) => (
                  <li key={`${change.path} ${change.row}`}>
                    <Change change={change} />
                  </li>
                ))}
              </ul>
              {runId !== null && (
                <Button small onClick={() => void undo()}>
                  <Undo2 aria-hidden />
                  {t("Undo")}
                </Button>
              )}
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Change({ change: { path, row, before, after } }: { change: CellChange }): React.JSX.Element {
  const name = path.includes(".") ? t("{field}, row {row}", { field: labelOf(path), row: row + 1 }) : labelOf(path);
  return (
    <span>
      {name}: <del>{before === undefined ? t("None") : textOf(before)}</del>{" "}
      <ins>{after === undefined ? t("None") : textOf(after)}</ins>
    </span>
  );
}
