import { useQueryClient } from "@tanstack/react-query";
import { t } from "../language.ts";
import { useProject } from "../project.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { ArrowDown, ArrowUp, Trash2 } from "../ui/icons.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import ui from "../ui/ui.module.css";
import { changeView, deleteView, keepView, moveView, type View } from "./data.ts";
import styles from "./Views.module.css";

/** Renames, moves and deletes what was kept. */
export default function ManageViews({ views, onClose }: { views: View[]; onClose(): void }): React.JSX.Element {
  const context = { project: useProject(), client: useQueryClient() };
  const attempt = (work: Promise<void>) => void work.catch(sayError);

  function rename(view: View, typed: string): void {
    const name = typed.trim();
    if (name && name !== view.name) attempt(changeView(context, view.id, { name }));
  }
  async function remove(view: View, position: number): Promise<void> {
    await deleteView(context, view.id);
    say(t("The view “{name}” is deleted", { name: view.name }), {
      label: t("Undo"),
      run: () => attempt(keepView(context, view.name, view.question, position)),
    });
  }
  return (
    <Dialog title={t("Views")} onClose={onClose}>
      <ul className={styles.list}>
        {views.map((view, index) => (
          <li key={view.id}>
            <input
              className={ui.input}
              aria-label={t("Name of {name}", { name: view.name })}
              defaultValue={view.name}
              maxLength={100}
              onBlur={(event) => rename(view, event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
            />
            <Button
              square
              look="quiet"
              aria-label={t("Move {name} up", { name: view.name })}
              disabled={index === 0}
              onClick={() => attempt(moveView(context, views, index, index - 1))}
            >
              <ArrowUp aria-hidden />
            </Button>
            <Button
              square
              look="quiet"
              aria-label={t("Move {name} down", { name: view.name })}
              disabled={index === views.length - 1}
              onClick={() => attempt(moveView(context, views, index, index + 1))}
            >
              <ArrowDown aria-hidden />
            </Button>
            <Button
              square
              look="quiet"
              aria-label={t("Delete {name}", { name: view.name })}
              onClick={() => attempt(remove(view, index))}
            >
              <Trash2 aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {views.length === 0 && <p>{t("There are no views any more.")}</p>}
      <DialogActions>
        <Button onClick={onClose}>{t("Done")}</Button>
      </DialogActions>
    </Dialog>
  );
}
