/** Most attachments of one mail, which is as many as become documents of one file. */
export const MOST_ATTACHMENTS = 200;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const HYPHEN = 45;

/** How far the fields of a part are looked at: more than any program writes. */
const FIELDS_BYTES = 16_384;

/**
 * How many attachments a mail has: parts that say so, and those that are neither text nor a container. It looks at the lines that part them, and
 * opens nothing. No byte is looked at more than a few times: a mail that was sent to be hard to read costs here what its bytes cost.
 */
export function attachmentsIn(mime: Uint8Array, atMost: number): number {
  let count = 0;
  for (let at = 0; at < mime.length; ) {
    const next = afterLine(mime, at);
    if (mime[at] !== HYPHEN || mime[at + 1] !== HYPHEN) {
      at = next;
      continue;
    }
    const end = endOfFields(mime, next);
    if (end > next && isAttachment(new TextDecoder("latin1").decode(mime.subarray(next, end))) && ++count > atMost)
      break;
    at = end;
  }
  return count;
}

const afterLine = (bytes: Uint8Array, at: number): number => bytes.indexOf(LINE_FEED, at) + 1 || bytes.length;

/** Where the fields end that begin here: before a line that is empty, or begins the next part. */
function endOfFields(bytes: Uint8Array, begin: number): number {
  const last = begin + FIELDS_BYTES;
  let at = begin;
  while (at < bytes.length && at < last) {
    const [first, second] = [bytes[at], bytes[at + 1]];
    const isEmpty = first === LINE_FEED || (first === CARRIAGE_RETURN && second === LINE_FEED);
    if (isEmpty || (first === HYPHEN && second === HYPHEN)) break;
    at = afterLine(bytes, at);
  }
  return Math.min(at, last);
}

function isAttachment(fields: string): boolean {
  if (/^content-disposition:\s{0,100}attachment/im.test(fields)) return true;
  const type = /^content-type:\s{0,100}([\w.+-]{1,100})\//im.exec(fields)?.[1]?.toLowerCase();
  return (
    type !== undefined &&
    !["text", "multipart"].includes(type) &&
    !/^content-disposition:\s{0,100}inline/im.test(fields)
  );
}
