import { t } from "../language.ts";
import type { PageRow } from "../model.ts";
import { say } from "../ui/toasts.tsx";
import type { Pdf } from "./pdf.ts";
import styles from "./Print.module.css";
import { turnOf } from "./turns.ts";

/** Dots an inch of a printed page: print of 6 points is still legible. */
const DPI = 150;
const POINTS_PER_INCH = 72;
const MOST_DOTS = 9_000_000;
/** Pages that are printed from here: each is a picture of some hundred kilobytes until the print is done. */
export const MOST_PRINTED_PAGES = 200;

/** What is printed: pages of a PDF or a picture, turned as the reader turned them; otherwise the text. */
export type Printed = { documentId: string; pdf?: Pdf | undefined; url?: string | undefined; pages: PageRow[] };

/** Prints a document: its pages, without the page around them. */
export async function printDocument({ documentId, pdf, url, pages }: Printed): Promise<void> {
  const sheet = document.createElement("div");
  sheet.className = styles.sheet!;
  const urls: string[] = [];
  try {
    if (pdf) {
      const last = Math.min(pdf.numPages, MOST_PRINTED_PAGES);
      if (last > 10) say(t("Preparing {count, plural, one {# page} other {# pages}} for the printer", { count: last }));
      for (let number = 1; number <= last; number += 1) {
        const drawn = URL.createObjectURL(await drawnPage(pdf, number, turnOf(documentId, number)));
        urls.push(drawn);
        sheet.append(await pictureOf(drawn));
      }
      if (last < pdf.numPages)
        say(t("The first {count} pages are printed. For all of them, print the original.", { count: last }));
    } else if (url) {
      const turn = turnOf(documentId, 1);
      const picture = await pictureOf(url);
      if (turn) picture.dataset.turn = String(turn);
      sheet.append(picture);
    } else
      for (const { text } of pages) {
        const page = document.createElement("pre");
        page.textContent = text;
        sheet.append(page);
      }
    document.body.append(sheet);
    document.documentElement.dataset.printing = "";
    // Comes back when the dialog of the printer is closed.
    window.print();
  } finally {
    delete document.documentElement.dataset.printing;
    sheet.remove();
    for (const drawn of urls) URL.revokeObjectURL(drawn);
  }
}

async function drawnPage(pdf: Pdf, number: number, turn: number): Promise<Blob> {
  const page = await pdf.getPage(number);
  const rotation = (page.rotate + turn) % 360;
  const { width, height } = page.getViewport({ scale: 1, rotation });
  const scale = Math.min(DPI / POINTS_PER_INCH, Math.sqrt(MOST_DOTS / (width * height)));
  const viewport = page.getViewport({ scale, rotation });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport, intent: "print" }).promise;
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  canvas.width = canvas.height = 0;
  if (!blob) throw new Error(t("The pages could not be prepared for the printer."));
  return blob;
}

async function pictureOf(url: string): Promise<HTMLImageElement> {
  const picture = document.createElement("img");
  picture.src = url;
  picture.alt = "";
  await picture.decode();
  return picture;
}
