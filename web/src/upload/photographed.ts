/** The longest side of a page in pixels: A4 at 220 dots per inch, which OCR reads as well as more. */
const LONGEST = 2600;
const QUALITY = 0.85;
/** A4 in points, which is what a page is laid out on. */
const A4 = { short: 595.28, long: 841.89 };

/** A photograph as a page: upright, and no larger than reading needs. A phone's are 12 megapixels and more. */
export async function pageOf(photograph: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(photograph, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob((page) => (page ? resolve(page) : reject(new Error("no-picture"))), "image/jpeg", QUALITY),
  );
}

/** Pages, as JPEG, as one PDF: each as large as fits on a sheet of A4, upright or across. */
export async function pdfOf(pages: Blob[], name: string): Promise<File> {
  // Half a megabyte, for who photographs.
  const { PDFDocument } = await import("@cantoo/pdf-lib");
  const pdf = await PDFDocument.create();
  for (const page of pages) {
    const image = await pdf.embedJpg(await page.arrayBuffer());
    const wide = image.width > image.height;
    const sheet = wide ? { width: A4.long, height: A4.short } : { width: A4.short, height: A4.long };
    const { width, height } = image.scaleToFit(sheet.width, sheet.height);
    pdf.addPage([width, height]).drawImage(image, { x: 0, y: 0, width, height });
  }
  return new File([await pdf.save()], name, { type: "application/pdf" });
}
