import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { keyName } from "./Palette.tsx";
import styles from "./Palette.module.css";

const SHORTCUTS: [title: string, keys: [keys: string[], what: string][]][] = [
  [
    "Everywhere",
    [
      [["/"], "Search"],
      [["Mod+k"], "Do or open anything by its name"],
      [["Esc"], "Leave: the search, a selection, a document"],
      [["?"], "Show these keys"],
    ],
  ],
  [
    "In the search",
    [
      [["↓"], "Go to the first result"],
      [["Enter"], "Open the first result"],
    ],
  ],
  [
    "In the list",
    [
      [["↓", "↑"], "Go from row to row, as do j and k"],
      [["Enter"], "Open"],
      [["x"], "Select"],
      [["Shift", "x"], "Select all from the last one to here"],
    ],
  ],
  [
    "In a document",
    [
      [["r"], "Rename"],
      [["j", "k"], "Go to the next or the previous document of the list"],
      [["+", "-"], "Zoom in or out"],
      [["0"], "Fit the pages"],
    ],
  ],
  [
    "In the review",
    [
      [["a"], "Accept"],
      [["e"], "Correct"],
      [["n"], "There is none"],
      [["s"], "Leave this document for later"],
    ],
  ],
];

/** The keys that the page knows. */
export default function Shortcuts({ onClose }: { onClose(): void }): React.JSX.Element {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      {SHORTCUTS.map(([title, all]) => (
        <section key={title} className={styles.shortcuts}>
          <h3>{title}</h3>
          <dl>
            {all.map(([keys, what]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{keyName(key)}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
