import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";
import { markedCharset } from "./charset.ts";
import { openZip } from "./zip.ts";
import { type XmlEvents, xmlParser } from "./xml.ts";

/** An office file: a ZIP container of XML parts. */
export type OfficePackage = {
  /** Parses a part, unpacking it on the way. A part that is not there has nothing to tell. */
  read(name: string, events: XmlEvents): Promise<void>;
  /** Unpacks a part, when it is asked for; undefined where there is none. */
  bytesOf(name: string): (() => Promise<Uint8Array>) | undefined;
  /** The names of all parts. */
  names(): string[];
  /** The parts that a part names: OOXML keeps them beside it, in _rels/<name>.rels. */
  relationsOf(name: string): Promise<Relation[]>;
  /** The part that the document begins with, as OOXML says it. @throws PipelineError broken_file */
  mainPart(): Promise<string>;
};

/** What it costs to begin with a part, however small: a file may have thousands. */
const PART_STEPS = 300;

/** Bytes of a part that are decoded at once. */
const DECODED_BYTES = 32 * 1024;

export type Relation = { id: string; type: string; target: string };

/** @throws PipelineError broken_file; what reading a part throws is described at ZipEntry */
export async function openPackage(bytes: Uint8Array, bounds: Bounds): Promise<OfficePackage> {
  const { entries } = await openZip(bytes, bounds);
  const byName = new Map(entries.map((entry) => [withSlashes(entry.name).toLowerCase(), entry]));

  const self: OfficePackage = {
    async read(name, events) {
      const entry = byName.get(name.toLowerCase());
      if (!entry) return;
      bounds.step(PART_STEPS);
      let decoder: TextDecoder | undefined;
      const parser = xmlParser(events, bounds);
      await entry.stream((chunk) => {
        // XML is UTF-8, or UTF-16 with its mark.
        decoder ??= new TextDecoder(markedCharset(chunk)?.startsWith("utf-16") ? markedCharset(chunk) : "utf-8");
        // In pieces that are garbage soon: a string of megabytes outlives its use, and a workbook has a hundred of them.
        for (let at = 0; at < chunk.length; at += DECODED_BYTES)
          parser.write(decoder.decode(chunk.subarray(at, at + DECODED_BYTES), { stream: true }));
      });
      if (decoder) parser.write(decoder.decode());
      parser.end();
    },
    names: () => entries.map(({ name }) => withSlashes(name)),
    bytesOf: (name) => byName.get(name.toLowerCase())?.bytes,
    async relationsOf(name) {
      const slash = name.lastIndexOf("/") + 1;
      const relations: Relation[] = [];
      await self.read(`${name.slice(0, slash)}_rels/${name.slice(slash)}.rels`, {
        open(element, { Id, Type, Target, TargetMode }) {
          if (element !== "Relationship" || !Id || !Target || TargetMode === "External") return;
          bounds.step(2);
          relations.push({
            id: Id,
            type: Type?.slice(Type.lastIndexOf("/") + 1) ?? "",
            target: resolve(name.slice(0, slash), Target),
          });
        },
      });
      return relations;
    },
    async mainPart() {
      const named = (await self.relationsOf("")).find(({ type }) => type === "officeDocument")?.target;
      const main = [named, ...MAIN_PARTS].find((part) => part && byName.has(part.toLowerCase()));
      if (!main) throw new PipelineError("broken_file");
      return main;
    },
  };
  return self;
}

/** What programs call the main part, for files that do not name it. */
const MAIN_PARTS = ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"];

/** Some programs name parts as Windows names files. */
const withSlashes = (name: string): string => name.replaceAll("\\", "/");

/** A target is relative to the folder of the part that names it, or begins with a slash. */
function resolve(folder: string, target: string): string {
  const path = withSlashes(target);
  try {
    return decodeURI(new URL(path, `zip:///${folder}`).pathname).slice(1);
  } catch {
    // A name that is none of a URL, such as "100 % sure.xml"
    return path.startsWith("/") ? path.slice(1) : folder + path;
  }
}
