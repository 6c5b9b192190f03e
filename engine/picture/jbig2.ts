/**
 * Pictures in JBIG2 (ITU-T T.88) that are coded as a fax is: PDFium decodes the rows of such a region and then draws none of them. The coding is that of
 * CCITTFaxDecode (ITU-T T.6), which PDFium does draw, so that the regions can be put into a PDF of their own.
 */
export type FaxPicture = {
  width: number;
  height: number;
  regions: { x: number; y: number; width: number; height: number; data: Uint8Array }[];
};

/** T.88, 7.3: types of segments. */
const PAGE_INFORMATION = 48;
const GENERIC_REGIONS = new Set([38, 39]);
/** Ends of stripes, of the page and of the file, profiles, and comments: nothing is drawn by them. */
const DRAW_NOTHING = new Set([49, 50, 51, 52, 62]);
const UNKNOWN_LENGTH = 0xffffffff;
const REGION_HEAD = 18;
const MMR = 1;
/** Stripes of a page are few. */
const MAX_REGIONS = 500;

/** The regions of a picture that has no others; null where any is coded in another way, or the data is no such picture. */
export function faxPicture(data: Uint8Array): FaxPicture | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const picture: FaxPicture = { width: 0, height: 0, regions: [] };
  for (let at = 0; at < data.length && picture.regions.length < MAX_REGIONS; ) {
    const segment = segmentAt(view, at);
    if (!segment) return null;
    const { type, from, to } = segment;
    at = to;
    if (DRAW_NOTHING.has(type)) continue;
    if (type === PAGE_INFORMATION && to - from >= 8) {
      [picture.width, picture.height] = [view.getUint32(from), view.getUint32(from + 4)];
      continue;
    }
    if (!GENERIC_REGIONS.has(type) || to - from <= REGION_HEAD || view.getUint8(from + 17) !== MMR) return null;
    const [width, height, x, y] = [0, 4, 8, 12].map((offset) => view.getUint32(from + offset));
    picture.regions.push({ x: x!, y: y!, width: width!, height: height!, data: data.subarray(from + REGION_HEAD, to) });
  }
  const fits = picture.regions.every(({ width, height }) => width <= picture.width && height <= picture.height);
  return picture.regions.length > 0 && fits ? picture : null;
}

/** The head of a segment (T.88, 7.2): its type, and where its data is. */
function segmentAt(view: DataView, start: number): { type: number; from: number; to: number } | null {
  try {
    const number = view.getUint32(start);
    const flags = view.getUint8(start + 4);
    const short = view.getUint8(start + 5) >>> 5;
    const isLong = short === 7;
    const referred = isLong ? view.getUint32(start + 5) & 0x1fffffff : short;
    const size = number <= 256 ? 1 : number <= 65_536 ? 2 : 4;
    const page = start + 6 + (isLong ? 3 + Math.ceil((referred + 1) / 8) : 0) + referred * size;
    const length = page + (flags & 0x40 ? 4 : 1);
    const bytes = view.getUint32(length);
    const from = length + 4;
    const to = from + bytes;
    return bytes === UNKNOWN_LENGTH || to > view.byteLength ? null : { type: flags & 0x3f, from, to };
  } catch {
    return null;
  }
}

/** A PDF of one page, a point for each pixel of `width` × `height`, with the regions where they belong. */
export function pdfOfFax({ regions }: FaxPicture, width: number, height: number): Uint8Array {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  const offsets: number[] = [];
  let size = 0;
  const write = (piece: string | Uint8Array): void => {
    const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
    pieces.push(bytes);
    size += bytes.length;
  };
  const object = (dictionary: string, stream?: Uint8Array): void => {
    offsets.push(size);
    write(`${offsets.length} 0 obj\n<<${dictionary}${stream ? `/Length ${stream.length}` : ""}>>\n`);
    if (stream) {
      write("stream\n");
      write(stream);
      write("\nendstream\n");
    }
    write("endobj\n");
  };
  const names = regions.map((_, index) => `/R${index} ${index + 5} 0 R`).join("");
  const drawing = regions
    .map(
      (region, index) =>
        `q ${region.width} 0 0 ${region.height} ${region.x} ${height - region.y - region.height} cm /R${index} Do Q`,
    )
    .join("\n");
  write("%PDF-1.4\n");
  object("/Type/Catalog/Pages 2 0 R");
  object("/Type/Pages/Kids[3 0 R]/Count 1");
  object(`/Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Resources<</XObject<<${names}>>>>/Contents 4 0 R`);
  object("", encoder.encode(drawing));
  for (const region of regions) {
    const { width: columns, height: rows } = region;
    object(
      `/Type/XObject/Subtype/Image/Width ${columns}/Height ${rows}/BitsPerComponent 1/ColorSpace/DeviceGray` +
        `/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns ${columns}/Rows ${rows}>>`,
      region.data,
    );
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const start = size;
  write(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${table}`);
  write(`trailer\n<</Size ${offsets.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`);
  const pdf = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    pdf.set(piece, at);
    at += piece.length;
  }
  return pdf;
}
