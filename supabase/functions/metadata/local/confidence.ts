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
  type: { heading: 0.901, words: 0.902, few: 0.903 },
  sender: {
    receipt: 0.904,
    receiptForm: 0.905,
    signs3: 0.906,
    signs2: 0.907,
    signs1: 0.908,
    looks: 0.909,
    party: 0.91,
    named: 0.911,
    brand: 0.912,
  },
  date: { labelled: 0.913, plain: 0.914, alone: 0.915, till: 0.916 },
  amount: { named: 0.917, total: 0.918, settled: 0.919, guessed: 0.92, plain: 0.921, fare: 0.922 },
} as const;
