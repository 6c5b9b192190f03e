import { spansOf } from "../documents/words.ts";

/** A text with what was searched marked in it. */
export function Highlighted({ text, terms }: { text: string; terms: string[] }): React.JSX.Element {
  const spans = spansOf(text, terms);
  if (spans.length === 0) return <>{text}</>;
  return (
    <>
      {spans.map(({ start, end }, index) => (
        <span key={start}>
          {text.slice(spans[index - 1]?.end ?? 0, start)}
          <mark>{text.slice(start, end)}</mark>
        </span>
      ))}
      {text.slice(spans.at(-1)!.end)}
    </>
  );
}
