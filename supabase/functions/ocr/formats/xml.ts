import { Parser } from "htmlparser2";
import { depthGuard } from "./bounds.ts";

/** What a reader of XML listens to. Element names come without their prefix, attributes as they are written. */
export type XmlEvents = {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
};

/** A parser that is written to, piece by piece. It knows the five entities of XML and no others, so none can grow. */
export function xmlParser(events: XmlEvents): { write(text: string): void; end(): void } {
  const depth = depthGuard();
  return new Parser(
    {
      onopentag(name, attributes) {
        depth.opened();
        events.open?.(localName(name), attributes);
      },
      onclosetag(name) {
        depth.closed();
        events.close?.(localName(name));
      },
      ontext: (text) => events.text?.(text),
    },
    { xmlMode: true },
  );
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Whether `w:b` and the like is on: present, and not switched off. */
export const isOn = (attributes: Record<string, string>): boolean =>
  !["0", "false", "off"].includes(attributes["w:val"] ?? attributes.val ?? "1");
