import { type Bounds, MAX_NAME_CHARACTERS, MAX_PARTS } from "./bounds.ts";
import { cellTexts } from "./cell-format.ts";
import { type FileText, linesOfText, type MarkedLine, type Part, refused, tooMany, written } from "./file-text.ts";
import { newChartEvents } from "./new-charts.ts";
import type { OfficePackage, Relation } from "./office-package.ts";
import { PageWriter } from "./page-writer.ts";
import type { XmlEvents } from "./xml.ts";
import { singleSpaced } from "./white-space.ts";

/**
 * What a part of an office file shows out of other parts: charts, diagrams (SmartArt). By the id of the relation that names each. Read before the
 * part itself, as nothing can be unpacked in the middle of it.
 */
export async function drawnIn(
  file: OfficePackage,
  relations: readonly Relation[],
  bounds: Bounds,
): Promise<Map<string, MarkedLine[]>> {
  const drawn = new Map<string, MarkedLine[]>();
  // Each part once, however often it is named.
  const seen = new Set<string>();
  for (const { id, type, target } of relations) {
    const events = Object.hasOwn(DRAWN, type) ? DRAWN[type] : undefined;
    if (!events || seen.has(target)) continue;
    seen.add(target);
    const text = new PageWriter(bounds);
    const { finish, ...listeners } = events(text, bounds);
    await file.read(target, listeners);
    finish?.();
    drawn.set(id, linesOfText(written(text)));
  }
  return drawn;
}

/** Takes what an element names out of what was read, so that it is written once. */
export function takeDrawn(
  drawn: Map<string, MarkedLine[]>,
  element: string,
  attributes: Record<string, string>,
): MarkedLine[] {
  const id =
    element === "chart"
      ? attributes["r:id"]
      : element === "relIds"
        ? attributes["r:dm"]
        : element === "altChunk"
          ? attributes["r:id"]
          : undefined;
  const lines = (id !== undefined && drawn.get(id)) || [];
  if (id !== undefined) drawn.delete(id);
  return lines;
}

type Drawn = XmlEvents & { finish?(): void };

/** By the type of the relation that names a part. */
const DRAWN: Record<string, (pages: PageWriter, bounds: Bounds) => Drawn> = {
  chart: chartEvents,
  chartEx: newChartEvents,
  diagramData: diagramEvents,
};

/** Most columns of the table of a chart: its series. */
const MAX_SERIES = 100;

/**
 * A chart (ECMA-376, part 1, 21.2): its titles, what is written at its points, and its figures as a table with a column for each series. They are
 * kept with it, so its sheet is not needed.
 */
function chartEvents(pages: PageWriter, bounds: Bounds): Drawn {
  type Series = { name: string; values: Map<number, string> };
  const shown = cellTexts(false, bounds);
  const categories = new Map<number, string>();
  const series: Series[] = [];
  let own: Series | undefined;
  let inside: "name" | "category" | "value" | undefined;
  let title = "";
  let inText = false;
  let inValue = false;
  let inFormat = false;
  let format = "General";
  let point = 0;
  let value = "";
  return {
    open(name, attributes) {
      if (name === "ser") {
        own = { name: "", values: new Map() };
        if (series.length < MAX_SERIES) series.push(own);
      } else if (own && name === "tx") inside = "name";
      else if (own && (name === "cat" || name === "xVal")) inside = "category";
      else if (own && (name === "val" || name === "yVal")) inside = "value";
      else if (name === "dLbls") inside = undefined;
      else if (name === "formatCode") [inFormat, format] = [true, ""];
      else if (name === "pt") {
        point = Number(attributes.idx) || 0;
        value = "";
      } else if (name === "v") [inValue, value] = [true, ""];
      else if (name === "t") inText = true;
    },
    close(name) {
      if (name === "ser") own = inside = undefined;
      else if (name === "tx" && inside === "name") inside = undefined;
      else if (["cat", "xVal", "val", "yVal"].includes(name)) {
        inside = undefined;
        format = "General";
      } else if (name === "formatCode") inFormat = false;
      else if (name === "t") inText = false;
      else if (name === "p" && title) {
        // A title of the chart or of an axis, or what somebody wrote at a point.
        pages.line(title);
        title = "";
      } else if (name === "v") {
        inValue = false;
        if (!own) return;
        if (inside === "name") own.name += own.name ? ` ${value}` : value;
        else if (inside === "category") {
          const before = categories.get(point);
          const text = numberOr(value);
          // Categories within categories come from the inner ones to the outer ones.
          if (!before) categories.set(point, text);
          else if (series.length === 1) categories.set(point, `${text} ${before}`);
        } else if (inside === "value") own.values.set(point, numberOr(value));
      }
    },
    text(text) {
      if (inFormat) format += text;
      else if (inValue) value += text;
      else if (inText) title += text;
    },
    finish() {
      if (series.length === 0) return;
      pages.endTable();
      if (series.some(({ name }) => name)) pages.row(["", ...series.map(({ name }) => name)]);
      const points = new Set([...categories.keys(), ...series.flatMap(({ values }) => [...values.keys()])]);
      for (const at of [...points].toSorted((a, b) => a - b)) {
        bounds.step(1 + series.length);
        pages.row([categories.get(at) ?? "", ...series.map(({ values }) => values.get(at) ?? "")]);
      }
      pages.endTable();
    },
  };

  function numberOr(text: string): string {
    const number = Number(text);
    return text.trim() === "" || Number.isNaN(number) ? text : shown(number, format);
  }
}

/** A diagram (ECMA-376, part 1, 21.4): what stands at its points, in the order in which they were written. */
function diagramEvents(pages: PageWriter): Drawn {
  let inText = false;
  let paragraph = "";
  return {
    open(name) {
      if (name === "p") paragraph = "";
      else if (name === "t" || name === "br") inText = name === "t";
    },
    close(name) {
      if (name === "p") {
        if (paragraph.trim()) pages.line(paragraph.trim(), { kind: "item", depth: 0 });
        paragraph = "";
      }
    },
    text(text) {
      if (inText && text.trim()) paragraph += text;
    },
  };
}

/** A file within an office file: the relation that names it, and the program that it is for. */
export type Embedded = { relation: string; program: string };

/** What only draws: formulas, and charts of before 2007. */
const DRAWS = /^(?:Equation|MathType|MSGraph)/i;

/** The files that lie within the parts of an office file, such as a workbook on a slide; each becomes a document. */
export async function embeddedParts(
  file: OfficePackage,
  named: readonly { embedded: readonly Embedded[]; relations: readonly Relation[] }[],
): Promise<Part[]> {
  const targets = new Set<string>();
  for (const { embedded, relations } of named) {
    const byId = new Map(relations.map(({ id, target }) => [id, target]));
    for (const { relation, program } of embedded) {
      const target = byId.get(relation);
      if (target && !DRAWS.test(program)) targets.add(target);
    }
  }
  const parts: Part[] = [];
  for (const target of targets) {
    const position = parts.length + 1;
    const filename = target.slice(target.lastIndexOf("/") + 1).slice(0, MAX_NAME_CHARACTERS);
    if (parts.length === MAX_PARTS) return [...parts, refused(position, filename, tooMany())];
    const bytes = file.bytesOf(target);
    if (bytes) parts.push({ position, filename, bytes });
  }
  return parts;
}

/** What people wrote beside a document, sheet or slide, each on a line. */
export function writeComments(pages: PageWriter, comments: Iterable<string>): void {
  for (const comment of comments) {
    const flat = singleSpaced(comment).trim();
    if (flat) pages.line(`Comment: ${flat}`);
  }
}

/** Text with the files within it, if there are any. */
export const withParts = (text: FileText, parts: Part[]): FileText => (parts.length > 0 ? { ...text, parts } : text);
