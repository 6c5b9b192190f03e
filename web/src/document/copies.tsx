import { fileNameOf, save } from "../documents/export.ts";
import { t } from "../language.ts";
import type { DocumentRow, PageRow } from "../model.ts";
import { type Project, useProject } from "../project.tsx";
import { copy } from "../ui/copy.ts";
import { Copy, Download, FileDown, FileText, ScanText } from "../ui/icons.tsx";
import { attempt, say, sayError } from "../ui/toasts.tsx";

/** What a page was read by that has no text of its own. */
const SCANNED = new Set(["tesseract", "ppocr", "claude"]);
/** What the function `api` makes a searchable PDF of. */
const PICTURES = new Set(["application/pdf", "image/jpeg", "image/png"]);

export type Copying = { label: string; icon: React.JSX.Element; run(): void };

/** The ways to have a document elsewhere: its file, a PDF of a scan with words, its text as it is or as Markdown. */
export function useCopies(document: DocumentRow, pages: PageRow[]): { original: Copying; others: Copying[] } {
  const project = useProject();
  const name = fileNameOf(document);
  const stem = name.replace(/\.\w{1,5}$/, "");
  const hasText = pages.some(({ text }) => text.trim());
  const isScan = PICTURES.has(document.mime_type) && pages.some(({ engine }) => engine && SCANNED.has(engine));
  return {
    original: {
      label: t("Download the original"),
      icon: <Download aria-hidden />,
      run: () => void download(project, document, name),
    },
    others: [
      ...(isScan
        ? [
            {
              label: t("Download as a searchable PDF"),
              icon: <ScanText aria-hidden />,
              run: () => {
                say(t("The PDF is being made"));
                attempt(
                  project.docket
                    .searchablePdf(document.id)
                    .then((response) => response.blob())
                    .then((pdf) => save(pdf, `${stem}.pdf`)),
                );
              },
            },
          ]
        : []),
      ...(hasText
        ? [
            {
              label: t("Copy the text of this document"),
              icon: <Copy aria-hidden />,
              run: () => copy(pages.map(({ text }) => text).join("\n\n"), t("Text")),
            },
            {
              label: t("Copy as Markdown"),
              icon: <FileText aria-hidden />,
              run: () => copy(markdownOf(project, document.id), "Markdown"),
            },
            {
              label: t("Download as Markdown"),
              icon: <FileDown aria-hidden />,
              run: () =>
                attempt(markdownOf(project, document.id).then((text) => save(text, `${stem}.md`, "text/markdown"))),
            },
          ]
        : []),
    ],
  };
}

async function download({ supabase }: Project, { storage_path }: DocumentRow, name: string): Promise<void> {
  const { data, error } = await supabase.storage
    .from("documents")
    .createSignedUrl(storage_path, 60, { download: name });
  if (error) return sayError(new Error(t("The file could not be loaded. Try again in a moment.")));
  Object.assign(window.document.createElement("a"), {
    href: data.signedUrl,
    download: name,
    rel: "noopener",
  }).click();
}

/** All pages with their headings, lists and tables. Of a page whose Markdown is its text, the project keeps the text alone. */
async function markdownOf({ docket }: Project, id: string): Promise<string> {
  const pages = await docket.pages(id);
  return pages.map(({ text, markdown }) => markdown ?? text).join("\n\n");
}
