/**
 * How a value was found, and the share of such values that is right: what the evidence of a described document says as `confidence`. The
 * shares are those of `npm run bench -- metadata --json` on the half that rules are written on (`seen`, below `confidence`), a little
 * lower where few values or tidy made-up papers stand behind them; the other half tells whether they hold.
 */
export const CONFIDENCE = {
  /** The XML of an e-invoice is the invoice itself. */
  einvoice: 1,
  /** A mail's own head. */
  mail: 0.99,
  /** What the owner corrected on an earlier document of the sender. */
  taught: 0.98,
  /** By a heading that names it; by many words; by few. */
  type: { heading: 0.98, words: 0.97, few: 0.96 },
  /**
   * On receipts: with a legal form, or by its place. On other papers: by how many independent signs, or by its looks at the head. A party of
   * a contract; whom the text names as its issuer; a name that is also the paper's web address.
   */
  sender: {
    receiptForm: 0.98,
    receipt: 0.84,
    signs3: 0.97,
    signs2: 0.95,
    signs1: 0.94,
    looks: 0.96,
    party: 0.92,
    named: 0.91,
    brand: 0.9,
  },
  /** By a label of its own; by a plain "date"; without a label, on a receipt or on another paper. */
  date: { labelled: 0.97, plain: 0.96, till: 0.95, alone: 0.94 },
  /** Called a total to pay; called a total; cash less change; by repetition or by columns; the one "amount"; a ticket's price. */
  amount: { named: 0.97, total: 0.95, settled: 0.94, guessed: 0.9, plain: 0.91, fare: 0.92 },
} as const;
