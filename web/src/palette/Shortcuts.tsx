import { mark, t, type Text } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { keyName } from "./Palette.tsx";
import styles from "./Palette.module.css";

const SHORTCUTS: [title: Text, keys: [keys: string[], what: Text][]][] = [
  [
    mark("Everywhere"),
    [
      [["/"], mark("Search")],
      [["Mod+k"], mark("Do or open anything by its name")],
      [["Esc"], mark("Leave: the search, a selection, a document")],
      [["?"], mark("Show these keys")],
    ],
  ],
  [
    mark("In the search"),
    [
      [["↓"], mark("Go to the first result")],
      [["Enter"], mark("Open the first result")],
    ],
  ],
  [
    mark("In the list"),
    [
      [["↓", "↑"], mark("Go from row to row, as do j and k")],
      [["Enter"], mark("Open")],
      [["x"], mark("Select")],
      [["Shift", "x"], mark("Select all from the last one to here")],
    ],
  ],
  [
    mark("In a document"),
    [
      [["r"], mark("Rename")],
      [["j", "k"], mark("Go to the next or the previous document of the list")],
      [["+", "-"], mark("Zoom in or out")],
      [["0"], mark("Fit the pages")],
    ],
  ],
  [
    mark("In the review"),
    [
      [["a"], mark("Accept")],
      [["e"], mark("Correct")],
      [["n"], mark("There is none")],
      [["s"], mark("Leave this document for later")],
    ],
  ],
];

/** The keys that the page knows. */
export default function Shortcuts({ onClose }: { onClose(): void }): React.JSX.Element {
  return (
    <Dialog title={t("Keyboard")} onClose={onClose}>
      {SHORTCUTS.map(([title, all]) => (
        <section key={title.english} className={styles.shortcuts}>
          <h3>{t(title)}</h3>
          <dl>
            {all.map(([keys, what]) => (
              <div key={what.english}>
                <dt>{t(what)}</dt>
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
        <Button onClick={onClose}>{t("Close")}</Button>
      </DialogActions>
    </Dialog>
  );
}
