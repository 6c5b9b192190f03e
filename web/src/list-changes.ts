/** What a list loses and what it gains. */
export const listChanges = <Item>(
  before: readonly Item[],
  after: readonly Item[],
): { removed: Item[]; added: Item[] } => ({
  removed: before.filter((item) => !after.includes(item)),
  added: after.filter((item) => !before.includes(item)),
});
