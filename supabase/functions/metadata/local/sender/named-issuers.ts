import { nameWithin, titleCase } from "./company-name.ts";
import { CONFIDENCE } from "../confidence.ts";
import { isNoName } from "../name/no-name.ts";
import { isWritten } from "../text/noise.ts";
import { NAMED_ISSUERS } from "../tables/organizations.ts";
import { keyOf, visible, type Finding, type Line } from "../text/text.ts";

/** The names in lines that say whose a paper is: "© 2024 Acme", "Thank you for shopping at Acme", "cheques payable to Acme". */
export function namedIssuers(lines: Line[]): string[] {
  return lines.flatMap(({ text }) =>
    NAMED_ISSUERS.flatMap((pattern) => {
      const name = nameWithin(pattern.exec(text)?.[1] ?? "");
      return name !== "" && !isNoName(name) && name.split(" ").every(isWritten) ? [name] : [];
    }),
  );
}

export function named(lines: Line[], issuers: string[]): Finding<string> | null {
  const [name] = issuers;
  const line = name === undefined ? undefined : lines.find(({ text }) => text.includes(name));
  return name !== undefined && line && new Set(issuers.map(keyOf)).size === 1
    ? { value: titleCase(visible(name)), page: line.page, quote: line.text, confidence: CONFIDENCE.sender.named }
    : null;
}
