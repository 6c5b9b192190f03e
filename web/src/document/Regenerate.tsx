import { useQueryClient } from "@tanstack/react-query";
import { within } from "../format.ts";
import { t } from "../language.ts";
import { listChanges } from "../list-changes.ts";
import { Check, Lock, Undo2 } from "../ui/icons.tsx";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { accept } from "../documents/actions.ts";
import { showRow } from "../documents/query.ts";
import { FIELD_NAMES } from "../fields.ts";
import type { DocumentRow } from "../model.ts";
import { useProject } from "../project.tsx";
import { sentenceOf } from "../sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { Shown } from "./Field.tsx";
import styles from "./Regenerate.module.css";
import { type Step, Steps } from "./Steps.tsx";
import { type Change, type Outcome, refuse, regenerate } from "./regeneration.ts";

/** Describing again: the steps while they happen, then each change to keep or refuse. */
export function Regenerate({ document, onClose }: { document: DocumentRow; onClose(): void }): React.JSX.Element {
  const project = useProject();
  const client = useQueryClient();
  const [steps, setSteps] = useState<Step[]>([]);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [failure, setFailure] = useState("");
  const before = useRef(document);
  const began = useRef(false);

  const describe = (instruction?: string) =>
    regenerate(project, before.current, (step) => setSteps((known) => [...known, step]), instruction).then(
      (result) => {
        showRow(client, result.document);
        client.setQueryData(["document", result.document.id], result.document);
        setOutcome(result);
      },
      (error: unknown) => setFailure(sentenceOf(error)),
    );
  useEffect(() => {
    if (began.current) return;
    began.current = true;
    void describe();
  }, []);

  /** Once more, from what it came to, with what its reader says. */
  function again(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const instruction = String(new FormData(event.currentTarget).get("instruction")).trim();
    if (!instruction) return;
    before.current = client.getQueryData<DocumentRow>(["document", document.id]) ?? outcome?.document ?? document;
    setSteps([]);
    setOutcome(null);
    setFailure("");
    void describe(instruction);
  }

  async function decide(change: Change, keep: boolean): Promise<void> {
    if (!outcome) return;
    const set = (applied: boolean) =>
      setOutcome(
        (known) =>
          known && {
            ...known,
            changes: known.changes.map((one) => (one.field === change.field ? { ...one, applied } : one)),
          },
      );
    set(keep);
    try {
      if (keep) {
        const now = client.getQueryData<DocumentRow>(["document", document.id]) ?? outcome.document;
        await accept({ project, client }, now, change.field, change.proposed);
      } else await refuse(project, outcome, change);
      await client.invalidateQueries({ queryKey: ["document", document.id] });
    } catch (error) {
      set(!keep);
      sayError(error);
    }
  }

  // As it came out, whatever is accepted or refused afterwards.
  const written = outcome?.changes.some((change) => change.written);
  return (
    <Dialog
      title={outcome ? (written ? t("What changed") : t("Nothing changed")) : t("Describing again")}
      wide
      onClose={onClose}
    >
      <Steps steps={steps} isRunning={!outcome && !failure} isDone={outcome !== null} />
      {failure && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      {outcome && outcome.changes.length > 0 && !written && (
        <p>{t("You locked these fields, so they stay as they are. Accept what is better.")}</p>
      )}
      {outcome && outcome.changes.length > 0 && (
        <ul className={styles.changes}>
          {outcome.changes.map((change) => (
            <ChangeRow
              key={change.field}
              change={change}
              wasLocked={before.current.locked_fields.includes(change.field)}
              onDecide={(keep) => void decide(change, keep)}
            />
          ))}
        </ul>
      )}
      {outcome && outcome.changes.length === 0 && <p>{t("The new description is the same.")}</p>}
      {(outcome || failure) && (
        <form className={styles.again} onSubmit={again}>
          <label>
            {t("Still wrong? Say what to mind")}
            <input
              className={ui.input}
              name="instruction"
              maxLength={1000}
              autoComplete="off"
              placeholder={t("The dates are American")}
            />
          </label>
          <Button type="submit">{t("Describe again")}</Button>
        </form>
      )}
      <DialogActions>
        <Button look={outcome ? "primary" : undefined} onClick={onClose}>
          {outcome || failure ? t("Done") : t("Go on in the background")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function ChangeRow({
  change: { field, before, proposed, applied },
  wasLocked,
  onDecide,
}: {
  change: Change;
  wasLocked: boolean;
  onDecide(keep: boolean): void;
}): React.JSX.Element {
  const none = <span className={styles.none}>{t("none")}</span>;
  const name = t(FIELD_NAMES[field]);
  const tags =
    Array.isArray(before) && Array.isArray(proposed)
      ? { before, after: proposed, ...listChanges(before, proposed) }
      : null;
  return (
    <li data-applied={applied || undefined}>
      <h3>
        {name}
        {wasLocked && (
          <span title={t("You changed this before, so it was left.")}>
            <Lock aria-hidden />
            <span className="unseen">{t(", locked by you")}</span>
          </span>
        )}
      </h3>
      <div className={styles.versions}>
        <div data-chosen={!applied || undefined}>
          <small>{t("Before")}</small>
          {tags ? (
            <Tags all={tags.before} marked={tags.removed} as="del" none={none} />
          ) : (
            <Shown field={field} value={before} empty={none} />
          )}
        </div>
        <div data-chosen={applied || undefined}>
          <small>{t("New")}</small>
          {tags ? (
            <Tags all={tags.after} marked={tags.added} as="ins" none={none} />
          ) : (
            <Shown field={field} value={proposed} empty={none} />
          )}
        </div>
      </div>
      <div className={styles.decide}>
        {applied ? (
          <Button
            small
            aria-label={t("Refuse the new {field}", { field: within(name) })}
            onClick={() => onDecide(false)}
          >
            <Undo2 aria-hidden />
            {t("Refuse")}
          </Button>
        ) : (
          <Button
            small
            aria-label={t("Accept the new {field}", { field: within(name) })}
            onClick={() => onDecide(true)}
          >
            <Check aria-hidden />
            {t("Accept")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Tags, those that come or go marked as such. */
function Tags({
  all,
  marked,
  as: Mark,
  none,
}: {
  all: string[];
  marked: string[];
  as: "ins" | "del";
  none: React.ReactNode;
}): React.JSX.Element {
  if (all.length === 0) return <>{none}</>;
  return (
    <span className={styles.tags}>
      {all.map((tag) =>
        marked.includes(tag) ? (
          <Mark key={tag} className={ui.tag}>
            {tag}
          </Mark>
        ) : (
          <span key={tag} className={ui.tag}>
            {tag}
          </span>
        ),
      )}
    </span>
  );
}
