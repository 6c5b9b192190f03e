import { useEffect, useRef, useState } from "react";
import { mark, t } from "../language.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog, DialogActions } from "../ui/Dialog.tsx";
import { Camera, X } from "../ui/icons.tsx";
import { sayError } from "../ui/toasts.tsx";
import { pageOf, pdfOf } from "./photographed.ts";
import styles from "./Photographs.module.css";
import { addFiles } from "./uploads.ts";

type Page = { key: number; picture: Blob; url: string };

const NO_PICTURE = mark("This is no picture that your browser can show. Add it as a file instead.");

/** Pages from the camera, one after another, sent as one PDF. */
export default function Photographs({ onClose }: { onClose(): void }): React.JSX.Element {
  const [pages, setPages] = useState<Page[]>([]);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const taken = useRef(0);
  const shown = useRef(pages);
  shown.current = pages;
  useEffect(() => () => shown.current.forEach(({ url }) => URL.revokeObjectURL(url)), []);

  async function add(photographs: File[]): Promise<void> {
    setBusy(true);
    for (const photograph of photographs) {
      try {
        const picture = await pageOf(photograph);
        taken.current += 1;
        const page = { key: taken.current, picture, url: URL.createObjectURL(picture) };
        setPages((known) => [...known, page]);
      } catch {
        sayError(t(NO_PICTURE));
      }
    }
    setBusy(false);
  }
  function remove({ key, url }: Page): void {
    URL.revokeObjectURL(url);
    setPages((known) => known.filter((page) => page.key !== key));
  }
  async function send(): Promise<void> {
    setBusy(true);
    try {
      const now = new Date();
      const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
      const name = `${t("Photographed")} ${day} ${two(now.getHours())}.${two(now.getMinutes())}.pdf`;
      addFiles([
        await pdfOf(
          pages.map(({ picture }) => picture),
          name,
        ),
      ]);
      onClose();
    } catch (error) {
      sayError(error);
      setBusy(false);
    }
  }

  return (
    <Dialog title={t("Photograph pages")} onClose={onClose}>
      <div className={styles.view}>
        <p>
          {pages.length === 0
            ? t("Each photograph becomes a page of one PDF.")
            : t("{count, plural, one {# page} other {# pages}} so far.", { count: pages.length })}
        </p>
        {pages.length > 0 && (
          <ol className={styles.pages} aria-label={t("Pages")}>
            {pages.map((page, index) => (
              <li key={page.key}>
                <img src={page.url} alt={t("Page {number}", { number: index + 1 })} />
                <Button
                  small
                  square
                  aria-label={t("Remove page {number}", { number: index + 1 })}
                  onClick={() => remove(page)}
                >
                  <X aria-hidden />
                </Button>
              </li>
            ))}
          </ol>
        )}
        <input
          ref={input}
          type="file"
          accept="image/*"
          capture="environment"
          hidden
          aria-label={t("Photograph")}
          onChange={(event) => {
            void add([...(event.currentTarget.files ?? [])]);
            // The same one can be taken again.
            event.currentTarget.value = "";
          }}
        />
        <Button disabled={busy} onClick={() => input.current?.click()}>
          <Camera aria-hidden />
          {pages.length === 0 ? t("Take the first page") : t("Take the next page")}
        </Button>
        <DialogActions>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button look="primary" disabled={busy || pages.length === 0} onClick={() => void send()}>
            {t("Send as one PDF")}
          </Button>
        </DialogActions>
      </div>
    </Dialog>
  );
}

const two = (number: number): string => String(number).padStart(2, "0");
