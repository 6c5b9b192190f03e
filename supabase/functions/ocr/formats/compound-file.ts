import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";

/** [MS-CFB] 2.2: where the header has what, and what the entries of the directory look like. */
const HEADER = { fatCount: 44, directory: 48, miniFat: 60, miniFatCount: 64, difat: 68, difatCount: 72, fat: 76 };
const ENTRY_BYTES = 128;
const ENTRY = { nameBytes: 64, type: 66, left: 68, right: 72, child: 76, start: 116, size: 120 };
const [STORAGE, STREAM, ROOT] = [1, 2, 5];
const FAT_SECTORS_IN_HEADER = 109;
const MINI_STREAM_BELOW = 4096;
const END_OF_CHAIN = -2;
const NO_ENTRY = -1;

/** The tables of named properties: the reader looks up a text of the second for each entry of the first. */
const NAMES = { entries: "__substg1.0_00030102", texts: "__substg1.0_00040102" };
const NAME_ENTRY_BYTES = 8;
const MAX_NAME_LOOKUP_BYTES = 64 * 1024 * 1024;
/**
 * Texts, in the code page of the mail (E) or as UTF-16 (F). The reader appends them character by character, which takes
 * 32 bytes each until the string is flattened.
 */
const TEXT_STREAM = /^__substg1\.0_[\dA-F]{4}001([EF])$/i;
const MAX_TEXT_SIGNS = 2_000_000;

/**
 * Refuses a compound file (MS-CFB) in which a reader that trusts it could run in a circle or read the same bytes again and again.
 * Every chain of sectors ends, no sector is of two chains, no entry of the directory is reached twice, and the streams together
 * are no larger than the file. What reads such a file does work in proportion to its bytes, and no more.
 *
 * @throws PipelineError broken_file
 */
export function checkCompoundFile(bytes: Uint8Array, bounds: Bounds): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 512) throw broken();
  const sectorBytes = view.getUint8(30) === 12 ? 4096 : 512;
  const sectors = Math.ceil(bytes.byteLength / sectorBytes);
  const number = (at: number): number => {
    if (at < 0 || at + 4 > bytes.byteLength) throw broken();
    return view.getInt32(at, true);
  };
  const sectorAt = (sector: number): number => (sector + 1) * sectorBytes;
  const perSector = sectorBytes / 4;

  const fat = fatSectors();
  const next = (sector: number, table: number[]): number => {
    const tableSector = table[Math.floor(sector / perSector)];
    return tableSector === undefined ? END_OF_CHAIN : number(sectorAt(tableSector) + 4 * (sector % perSector));
  };
  const used = new Set<number>();
  const usedMini = new Set<number>();
  const miniFat = chain(number(HEADER.miniFat), fat, used, number(HEADER.miniFatCount));
  const directory = chain(number(HEADER.directory), fat, used);

  const entries = directory.flatMap((sector) =>
    Array.from({ length: sectorBytes / ENTRY_BYTES }, (_, index) => sectorAt(sector) + index * ENTRY_BYTES),
  );
  bounds.step(entries.length);
  checkTree();
  if (entries.length === 0 || entries[0]! + ENTRY_BYTES > bytes.byteLength) throw broken();
  const names = { entries: 0, texts: 0 };
  let total = 0;
  let signs = 0;
  for (const [index, at] of entries.entries()) {
    // The last sector of a file that was cut off
    if (at + ENTRY_BYTES > bytes.byteLength) break;
    const type = view.getUint8(at + ENTRY.type);
    // The reader takes the chain of a first entry of any other type to begin at sector 0.
    if (index === 0 && type !== ROOT) throw broken();
    const size = number(at + ENTRY.size);
    const start = number(at + ENTRY.start);
    if (index === 0) chain(start, fat, used);
    else if (type === STREAM && size !== 0) {
      total += size;
      if (size < 0 || total > bytes.byteLength) throw broken();
      if (size < MINI_STREAM_BELOW) chain(start, miniFat, usedMini);
      else chain(start, fat, used, Math.ceil(size / sectorBytes));
      const name = nameOf(at);
      const [, coding] = TEXT_STREAM.exec(name) ?? [];
      if (coding) signs += size / (coding.toUpperCase() === "F" ? 2 : 1);
      if (signs > MAX_TEXT_SIGNS)
        throw new PipelineError("too_many_pages", `The mail has texts of more than ${MAX_TEXT_SIGNS} characters.`);
      if (name === NAMES.entries) names.entries += size;
      if (name === NAMES.texts) names.texts = Math.max(names.texts, size);
    }
  }
  if ((names.entries / NAME_ENTRY_BYTES) * names.texts > MAX_NAME_LOOKUP_BYTES) throw broken();

  /** The sectors of the allocation table: the first in the header, the others in a chain of lists. */
  function fatSectors(): number[] {
    const count = number(HEADER.fatCount);
    const lists = number(HEADER.difatCount);
    if (count < 0 || count > sectors || lists > sectors) throw broken();
    const found = Array.from({ length: Math.min(count, FAT_SECTORS_IN_HEADER) }, (_, at) =>
      number(HEADER.fat + 4 * at),
    );
    const seen = new Set<number>();
    // As the reader takes them: a list ends at a sector that is none, and the next one goes on behind it.
    let left = count - found.length;
    for (let list = number(HEADER.difat); seen.size < lists; list = number(sectorAt(list) + sectorBytes - 4)) {
      if (seen.size > 0 && (list === NO_ENTRY || list === END_OF_CHAIN)) break;
      bounds.step(sectorBytes / 64);
      if (list < 0 || seen.has(list)) throw broken();
      seen.add(list);
      for (let at = 0; at < Math.min(left, perSector - 1); at += 1) {
        const sector = number(sectorAt(list) + 4 * at);
        if (sector === NO_ENTRY || sector === END_OF_CHAIN) break;
        found.push(sector);
      }
      left -= Math.min(left, perSector - 1);
    }
    return found;
  }

  /** The sectors of one stream. @param most where the reader stops, whatever the chain says */
  function chain(start: number, table: number[], taken: Set<number>, most = Number.POSITIVE_INFINITY): number[] {
    const found: number[] = [];
    for (let sector = start; sector >= 0 && found.length < most; sector = next(sector, table)) {
      bounds.step(0.25);
      if (taken.has(sector)) throw broken();
      taken.add(sector);
      found.push(sector);
    }
    return found;
  }

  function checkTree(): void {
    const reached = new Set<number>([0]);
    const ahead = entries.length > 0 ? [number(entries[0]! + ENTRY.child)] : [];
    while (ahead.length > 0) {
      bounds.step(0.5);
      const index = ahead.pop()!;
      if (index === NO_ENTRY) continue;
      const at = entries[index];
      if (at === undefined || reached.has(index)) throw broken();
      reached.add(index);
      ahead.push(number(at + ENTRY.left), number(at + ENTRY.right));
      const type = view.getUint8(at + ENTRY.type);
      if (type === ROOT) throw broken();
      if (type === STORAGE) ahead.push(number(at + ENTRY.child));
    }
  }

  function nameOf(at: number): string {
    const length = Math.min(Math.max(view.getUint16(at + ENTRY.nameBytes, true) - 2, 0), ENTRY.nameBytes);
    return new TextDecoder("utf-16le").decode(bytes.subarray(at, at + length));
  }
}

const broken = (): PipelineError =>
  new PipelineError("broken_file", "The mail is damaged and cannot be read. Upload a working copy.");
