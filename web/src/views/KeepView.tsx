import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { t } from "../language.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { keepView } from "./data.ts";

/** Asks for the name by which a search is kept. */
export default function KeepView({
  question,
  count,
  onClose,
}: {
  question: string;
  count: number;
  onClose(): void;
}): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    if (!name) return;
    try {
      await keepView(context, name, question, count);
      onClose();
      say(t("The view “{name}” is kept", { name }));
    } catch (error) {
      sayError(error);
    }
  }
  return (
    <Dialog title={t("Keep this view")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{t("The search, the filters and the order stay together under a name.")}</p>
        <p>
          <input
            className={ui.input}
            name="name"
            aria-label={t("Name")}
            placeholder={t("Unpaid invoices")}
            required
            maxLength={100}
            autoComplete="off"
            autoFocus
          />
        </p>
        <DialogActions>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary">
            {t("Keep")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
