import { Parser } from "htmlparser2";
import { PipelineError } from "../../_shared/errors.ts";
import { type Bounds, depthGuard, MAX_CHARACTERS } from "./bounds.ts";
import { PIECES_AT_ONCE } from "./long-text.ts";

/** What a reader of XML listens to. Element names come without their prefix, attributes as they are written. */
export type XmlEvents = {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
  /** A declaration such as `!DOCTYPE`, or what stands between `<?` and `?>`. */
  instruction?(name: string): void;
};

/** Most characters without an event: a comment, a tag or a text longer than this is nothing that people or their programs write. */
const MAX_SILENCE = 2_000_000;
/** An attribute costs a fourth of an element, and so does a piece of text: each entity and each lone `<` begins one. */
const ATTRIBUTE_STEPS = 0.25;
export const PIECE_STEPS = 0.25;
/** The attributes of an element behind these, and the characters of a value behind so many, cost more. */
const [FEW_ATTRIBUTES, SHORT_VALUE] = [64, 128];
const [FURTHER_ATTRIBUTE_STEPS, CHARACTERS_OF_A_LONG_VALUE_A_STEP] = [3, 4];
const ENTITY_STEPS = 6;
/** Characters that the library goes through in a step, and how many fewer they are for each open element. */
const CHARACTERS_A_STEP = 40;
const DEPTH_COSTS = 0.01;
/** Characters that are parsed between two looks at the bounds. */
const PIECE_CHARACTERS = 16 * 1024;

/**
 * Feeds a parser piece by piece, so that its own work is bounded too: the library looks through all open elements for each that
 * is closed, and keeps a tag or a comment whole until it ends.
 */
export function boundedParser(
  parser: { write(text: string): void; end(): void; onattribentity(code: number): void },
  bounds: Bounds,
  progress: { events: number; readonly depth: number },
): { write(text: string): void; end(): void } {
  let silence = 0;
  // The library tells of them only once the attribute ends: until then each is a piece of its own.
  const entity = parser.onattribentity.bind(parser);
  parser.onattribentity = (code) => {
    bounds.step(ENTITY_STEPS);
    entity(code);
  };
  return {
    write(text) {
      for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
        const piece = text.slice(at, at + PIECE_CHARACTERS);
        bounds.step((piece.length * (1 + DEPTH_COSTS * progress.depth)) / CHARACTERS_A_STEP);
        const before = progress.events;
        parser.write(piece);
        silence = progress.events === before ? silence + piece.length : 0;
        if (silence > MAX_SILENCE) throw new PipelineError("too_complex");
      }
    },
    end: () => parser.end(),
  };
}

/** Takes the steps of the attributes of one element after the other. */
export function attributeSteps(bounds: Bounds): { attribute(value: string): void; element(): void } {
  let count = 0;
  return {
    attribute({ length }) {
      count += 1;
      bounds.step(
        (count > FEW_ATTRIBUTES ? FURTHER_ATTRIBUTE_STEPS : ATTRIBUTE_STEPS) +
          (length > SHORT_VALUE ? length / CHARACTERS_OF_A_LONG_VALUE_A_STEP : 0),
      );
    },
    element() {
      count = 0;
    },
  };
}

/**
 * Puts one text together again: the library gives it in pieces, a new one at each entity and at each `<` that opens no tag, so that
 * a file of nothing else has millions. What is done with a text is then done once, not for each character.
 *
 * @returns `add` for each piece, and `end` before anything else happens to what stands around the text
 */
export function wholeText(take: (text: string) => void): { add(piece: string): void; end(): void } {
  let pieces: string[] = [];
  const end = (): void => {
    if (pieces.length === 0) return;
    const text = pieces.length === 1 ? pieces[0]! : pieces.join("");
    pieces = [];
    take(text);
  };
  return {
    add(piece) {
      if (pieces.push(piece) === PIECES_AT_ONCE) end();
    },
    end,
  };
}

/** The prefixes by which readers know attributes: most programs write these, and a file may have others for the same namespace. */
const PREFIXES: Record<string, string> = {
  "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
  "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
  "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
  "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
  "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
  "http://purl.oclc.org/ooxml/officeDocument/math": "m",
  "http://www.w3.org/1999/xlink": "xlink",
  ...Object.fromEntries(
    ["office", "style", "text", "table", "draw", "form", "fo", "svg"].map((prefix) => [
      `urn:oasis:names:tc:opendocument:xmlns:${{ draw: "drawing", fo: "xsl-fo-compatible", svg: "svg-compatible" }[prefix] ?? prefix}:1.0`,
      prefix,
    ]),
  ),
};
const DECLARES = "xmlns:";

/** Names attributes by the prefixes that readers know, in a file that declares others. */
class Prefixes {
  readonly #others = new Map<string, string>();

  declared(name: string, namespace: string): void {
    if (!name.startsWith(DECLARES) || !Object.hasOwn(PREFIXES, namespace)) return;
    const prefix = name.slice(DECLARES.length);
    if (prefix === PREFIXES[namespace]) this.#others.delete(prefix);
    else if (this.#others.size < MAX_PREFIXES) this.#others.set(prefix, PREFIXES[namespace]!);
  }

  known(attributes: Record<string, string>): Record<string, string> {
    if (this.#others.size === 0) return attributes;
    return Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => {
        const colon = name.indexOf(":");
        const prefix = colon > 0 ? this.#others.get(name.slice(0, colon)) : undefined;
        return [prefix === undefined ? name : prefix + name.slice(colon), value];
      }),
    );
  }
}

const MAX_PREFIXES = 100;

/** A parser that is written to, piece by piece. It knows the five entities of XML and no others, so none can grow. */
export function xmlParser(events: XmlEvents, bounds: Bounds): { write(text: string): void; end(): void } {
  const depth = depthGuard();
  const prefixes = new Prefixes();
  const steps = attributeSteps(bounds);
  const progress = {
    events: 0,
    get depth() {
      return depth.depth;
    },
  };
  /** Of one text between two tags. */
  let characters = 0;
  const text = wholeText((whole) => {
    characters += whole.length;
    if (characters > MAX_CHARACTERS) throw new PipelineError("too_complex");
    events.text?.(whole);
  });
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        text.end();
        progress.events += 1;
        characters = 0;
        bounds.step();
        steps.element();
        depth.opened();
        events.open?.(localName(name), prefixes.known(attributes));
      },
      onattribute(name, value) {
        steps.attribute(value);
        prefixes.declared(name, value);
      },
      onclosetag(name) {
        text.end();
        progress.events += 1;
        characters = 0;
        depth.closed();
        events.close?.(localName(name));
      },
      onprocessinginstruction(name) {
        text.end();
        progress.events += 1;
        bounds.step();
        events.instruction?.(name);
      },
      oncomment() {
        bounds.step();
      },
      ontext(piece) {
        progress.events += 1;
        bounds.step(PIECE_STEPS);
        text.add(piece);
      },
      onend: () => text.end(),
    },
    { xmlMode: true },
  );
  return boundedParser(parser, bounds, progress);
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Whether `w:b` and the like is on: present, and not switched off. */
export const isOn = (attributes: Record<string, string>): boolean =>
  !["0", "false", "off"].includes(attributes["w:val"] ?? attributes.val ?? "1");
