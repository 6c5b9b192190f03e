/** What stands on a page of text. */
export const pageText = (mark: string, page: number, pages: number): string => `${mark} page ${page} of ${pages}`;

/**
 * A small PDF, written by hand (ISO 32000-1, 7.5): pages of a few words each, one of which may be a picture instead. The
 * picture's pixels are the mark, so that it is found again in whatever the page is copied into.
 *
 * @param scan the page, from 1, that has a picture and no text
 */
export function makePdf(mark: string, pages: number, scan?: number): Uint8Array {
  const numbers = Array.from({ length: pages }, (_, index) => index + 1);
  const firstPage = 5;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages} /Kids [${numbers.map((page) => `${firstPage + 2 * (page - 1)} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    stream(
      mark,
      `/Type /XObject /Subtype /Image /Width ${mark.length} /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8`,
    ),
    ...numbers.flatMap((page) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${firstPage + 2 * (page - 1) + 1} 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >> >> >>`,
      stream(
        page === scan
          ? "q 400 0 0 100 50 600 cm /Im1 Do Q"
          : text(["Report", pageText(mark, page, pages), "Dated 2026-03-15"]),
      ),
    ]),
  ];

  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}

const stream = (bytes: string, entries = ""): string =>
  `<< ${entries} /Length ${bytes.length} >>\nstream\n${bytes}\nendstream`;
const text = (lines: string[]): string =>
  `BT /F1 14 Tf 18 TL 50 780 Td ${lines.map((line) => `(${line}) Tj T*`).join(" ")} ET`;
