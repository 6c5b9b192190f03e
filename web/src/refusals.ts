import { mark, type Text } from "./language.ts";

/** The rules of docs/api.md in words, by the name that a refusal has. */
export const RULES: Record<string, Text> = {
  a_user_has_a_rule_name_once: mark("There is a rule of this name already."),
  allowed_senders_are_addresses_or_domains: mark(
    "Senders are addresses or domains, as billing@acme.example or acme.example.",
  ),
  display_name_is_not_blank: mark("A document needs a name."),
  completed_documents_have_a_name: mark("A document needs a name."),
  display_name_fits: mark("A name has at most 200 characters."),
  summary_fits: mark("A summary has at most 1,000 characters."),
  note_fits: mark("A note has at most 2,000 characters."),
  tags_are_few: mark("A document has at most 50 tags."),
  tags_are_short: mark("The tags are too long together."),
  amount_is_a_sum_of_money: mark("An amount is a number with at most four decimals."),
  currency_is_iso_4217: mark("A currency is a code of three letters, as EUR or CHF."),
  language_is_iso_639_1: mark("A language is a code of two letters, as en or de."),
};
