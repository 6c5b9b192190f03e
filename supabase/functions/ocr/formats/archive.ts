import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, MAX_PARTS, MAX_UNPACKED_BYTES } from "./bounds.ts";
import { type FileText, type Part, refused, tooMany } from "./file-text.ts";
import { flowing } from "./plain.ts";
import { openZip } from "./zip.ts";

/** What systems put beside people's files. */
const BESIDE = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i;

/**
 * A ZIP archive: its text is the list of its members, its parts are the members.
 *
 * @throws PipelineError broken_file, and unpacked_too_large when its members claim more than is ever unpacked
 */
export async function readArchive(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const { entries, omitted } = await openZip(bytes, bounds);
  const members = entries.filter(({ name }) => !BESIDE.test(name));
  const claimed = members.reduce((sum, { size }) => sum + size, 0);
  if (claimed > MAX_UNPACKED_BYTES) {
    const mebibytes = (size: number): number => Math.ceil(size / 1024 / 1024);
    throw new PipelineError(
      "unpacked_too_large",
      `The archive unpacks to ${mebibytes(claimed)} MiB; up to ${mebibytes(MAX_UNPACKED_BYTES)} MiB are unpacked. Split it.`,
    );
  }
  const more = omitted > 0 ? [`and ${omitted} more`] : [];
  const list = [
    `Archive of ${members.length + omitted} files`,
    ...members.map(({ name, size }) => `${name}  ${size} bytes`),
    ...more,
  ];
  const parts = members
    .slice(0, MAX_PARTS)
    .map((member, index): Part => ({ position: index + 1, filename: member.name, bytes: member.bytes }));
  const next = members[MAX_PARTS];
  if (next) parts.push(refused(MAX_PARTS + 1, next.name, tooMany()));
  return { pages: flowing(list.join("\n"), bounds), parts };
}
