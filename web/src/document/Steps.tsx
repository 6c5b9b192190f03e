import { t } from "../language.ts";
import { Check, LoaderCircle, Wrench } from "../ui/icons.tsx";
import ui from "../ui/ui.module.css";
import { progressText } from "./events.ts";
import styles from "./Regenerate.module.css";

/** What an engine says and does while it works. */
export type Step = { kind: "text" | "tool"; text: string };

type WorkEvent =
  | { text: string }
  | { tool: string; input: unknown }
  | { progress: { message: string; [more: string]: unknown } };

/** An event of a stream as a line for its reader; null for the last one, which has the result. */
export function stepOf(event: WorkEvent | { complete: true }): Step | null {
  if ("text" in event) return { kind: "text", text: event.text };
  if ("tool" in event) return { kind: "tool", text: toolText(event.tool, event.input as Record<string, unknown>) };
  if ("progress" in event) return { kind: "text", text: progressText(event.progress) ?? event.progress.message };
  return null;
}

const toolText = (tool: string, input: Record<string, unknown>): string => {
  const told = Object.entries(input)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(", ");
  return `${tool.replaceAll("_", " ")}${told && `: ${told.slice(0, 80)}`}`;
};

/** The steps while they happen; less of them once the work is done. */
export function Steps({
  steps,
  isRunning,
  isDone = !isRunning,
}: {
  steps: Step[];
  isRunning: boolean;
  isDone?: boolean;
}): React.JSX.Element {
  return (
    <ol className={styles.steps} aria-live="polite" data-done={isDone || undefined}>
      {steps.map(({ kind, text }, index) => (
        <li key={index}>
          {kind === "tool" ? <Wrench aria-hidden /> : <Check aria-hidden />}
          <span>{text}</span>
        </li>
      ))}
      {isRunning && (
        <li className={styles.now}>
          <LoaderCircle aria-hidden className={ui.spin} />
          <span>{steps.length === 0 ? t("Asking") : t("Working")}</span>
        </li>
      )}
    </ol>
  );
}
