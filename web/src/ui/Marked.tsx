/** A snippet of search_documents: plain text, with ⟦ and ⟧ around what matched. */
export function Marked({ text }: { text: string }): React.JSX.Element {
  return <>{text.split(/⟦|⟧/).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}</>;
}
