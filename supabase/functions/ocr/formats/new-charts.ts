import type { Bounds } from "./bounds.ts";
import { cellTexts } from "./cell-format.ts";
import type { PageWriter } from "./page-writer.ts";
import type { XmlEvents } from "./xml.ts";

/** Figures that series draw: their categories, and their values. */
type Data = { categories: Map<number, string>; values: Map<number, string>; format: string };

/** More are left out. */
const MAX_SERIES = 100;

/**
 * A chart of one of the kinds that came in 2016, such as a waterfall or a treemap ([MS-ODRAWXML] 2.24.3): its titles, then its figures as a table. The
 * figures stand apart from the series that draw them.
 */
export function newChartEvents(pages: PageWriter, bounds: Bounds): XmlEvents & { finish(): void } {
  const shown = cellTexts(false, bounds);
  const data = new Map<string, Data>();
  const series: { name: string; data: string }[] = [];
  let own: Data | undefined;
  let inSeries = false;
  let isCategory = false;
  let point = 0;
  let text: string | undefined;
  let title = "";
  return {
    open(name, attributes) {
      if (name === "data") {
        own = { categories: new Map(), values: new Map(), format: "General" };
        if (data.size < MAX_SERIES) data.set(attributes.id ?? "", own);
      } else if (name === "strDim" || name === "numDim") isCategory = name === "strDim";
      else if (name === "lvl" && own && !isCategory) own.format = attributes.formatCode || "General";
      else if (name === "series") {
        inSeries = true;
        if (series.length < MAX_SERIES) series.push({ name: "", data: "" });
      } else if (name === "dataId" && inSeries) series.at(-1)!.data = attributes.val ?? "";
      else if (name === "pt") [point, text] = [Number(attributes.idx) || 0, ""];
      else if (name === "t" || name === "v") text = "";
    },
    close(name) {
      if (name === "data") own = undefined;
      else if (name === "series") inSeries = false;
      else if (name === "pt" && own) {
        // Categories within categories come from the inner ones to the outer ones.
        const inner = own.categories.get(point);
        if (isCategory) own.categories.set(point, inner === undefined ? (text ?? "") : `${text} ${inner}`);
        else own.values.set(point, figure(text ?? "", own.format));
      } else if ((name === "t" || name === "v") && text) {
        if (inSeries && name === "v") series.at(-1)!.name = text;
        else title += text;
      } else if ((name === "p" || name === "txData") && title) {
        pages.line(title);
        title = "";
      }
      if (name === "pt" || name === "t" || name === "v") text = undefined;
    },
    text(piece) {
      if (text !== undefined) text += piece;
    },
    finish() {
      for (const { name, data: id } of series) {
        const drawn = data.get(id);
        if (!drawn) continue;
        pages.endTable();
        if (name) pages.row(["", name]);
        for (const at of new Set([...drawn.categories.keys(), ...drawn.values.keys()])) {
          bounds.step(2);
          pages.row([drawn.categories.get(at) ?? "", drawn.values.get(at) ?? ""]);
        }
      }
      pages.endTable();
    },
  };

  function figure(text: string, format: string): string {
    const number = Number(text);
    return text.trim() === "" || Number.isNaN(number) ? text : shown(number, format);
  }
}
