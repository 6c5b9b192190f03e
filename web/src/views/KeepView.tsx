import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
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
      say(`The view “${name}” is kept`);
    } catch (error) {
      sayError(error);
    }
  }
  return (
    <Dialog title="Keep this view" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>The search, the filters and the order stay together under a name.</p>
        <p>
          <input
            className={ui.input}
            name="name"
            aria-label="Name"
            placeholder="Unpaid invoices"
            required
            maxLength={100}
            autoComplete="off"
            autoFocus
          />
        </p>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Keep
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
