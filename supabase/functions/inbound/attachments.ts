/** Most attachments of one mail, which is as many as become documents of one file. */
export const MOST_ATTACHMENTS = 200;

const LINE_FEED = 10;
const HYPHEN = 45;

/** How far into a part its fields are looked at. */
const FIELDS_BYTES = 2_048;

/**
 * How many attachments a mail has: parts that say so, and those that are neither text nor a container. It looks at the lines that part them, and
 * opens nothing: a mail that was sent to be hard to read costs here what its bytes cost.
 */
export function attachmentsIn(mime: Uint8Array, atMost: number): number {
  let count = 0;
  for (let at = 0; at >= 0 && at < mime.length; at = mime.indexOf(LINE_FEED, at) + 1 || -1) {
    if (mime[at] !== HYPHEN || mime[at + 1] !== HYPHEN) continue;
    const begin = mime.indexOf(LINE_FEED, at) + 1;
    if (begin === 0) break;
    if (isAttachment(new TextDecoder("latin1").decode(mime.subarray(begin, begin + FIELDS_BYTES))) && ++count > atMost)
      break;
  }
  return count;
}

function isAttachment(part: string): boolean {
  if (!/^content-/i.test(part)) return false;
  const fields = part.split(/\r?\n\r?\n/, 1)[0]!;
  if (/^content-disposition:\s{0,100}attachment/im.test(fields)) return true;
  const type = /^content-type:\s{0,100}([\w.+-]{1,100})\//im.exec(fields)?.[1]?.toLowerCase();
  return (
    type !== undefined &&
    !["text", "multipart"].includes(type) &&
    !/^content-disposition:\s{0,100}inline/im.test(fields)
  );
}
