import { parseArgs } from "node:util";
import { createDocket } from "../client/src/index.ts";
import { layouts, type Paper } from "./learned/layouts.ts";
import { machine, round, say, table } from "./figures.ts";
import { type BenchStack, temporaryStack, until } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

const FIELDS = ["correspondent", "document_type", "document_date", "amount"] as const;
type Values = Record<(typeof FIELDS)[number], string | number | null>;
/** How many papers of a layout follow the one that is corrected. */
const FOLLOWING = 3;

/**
 * `npm run bench -- learned [--json] [--errors]`: fifty invented layouts through a stack, each with four papers. One
 * user corrects the first paper of each layout; another corrects nothing. The errors of the three that follow, of both.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" }, errors: { type: "boolean" } } });
  const stack = await temporaryStack();
  try {
    const papers = layouts(1 + FOLLOWING);
    const [before, after] = [await userOf(stack), await userOf(stack)];
    say("learned: the first paper of each layout, corrected …");
    const firsts = papers.map(([first]) => first!);
    for (const [nth, id] of (await after.described(firsts)).entries()) await after.correct(id, firsts[nth]!.truth);
    say("learned: three more, by a user who corrected and by one who did not …");
    const following = papers.flatMap(([, ...others]) => others);
    const figures = {
      machine: machine(),
      layouts: papers.length,
      documents: following.length,
      before: figuresOf(following, await before.read(await before.described(following))),
      after: figuresOf(following, await after.read(await after.described(following)), values.errors),
    };
    console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
  } finally {
    await stack.stop();
  }
}

type BenchUser = {
  described(papers: Paper[]): Promise<string[]>;
  correct(id: string, truth: Paper["truth"]): Promise<void>;
  read(ids: string[]): Promise<Values[]>;
};

async function userOf(stack: BenchStack): Promise<BenchUser> {
  const token = await signUp(stack);
  const docket = createDocket({ url: stack.url, token, repeats: false });
  const send = async ({ text, layout }: Paper): Promise<string> => {
    const { document_id } = await docket.upload(new File([text], `scan_${layout}.txt`));
    return document_id;
  };
  return {
    async described(papers) {
      const ids: string[] = [];
      for (const paper of papers) ids.push(await send(paper));
      await until(
        async () => {
          const { rows } = await stack.db.query(
            "select count(*) = $2 as done from public.documents where id = any ($1) and status = 'completed'",
            [ids, ids.length],
          );
          return rows[0].done;
        },
        200,
        300_000,
      );
      return ids;
    },
    async correct(id, truth) {
      const response = await fetch(`${stack.url}/rest/v1/documents?id=eq.${id}`, {
        method: "PATCH",
        headers: {
          apikey: stack.keys.publishableKey,
          Authorization: `Bearer ${token}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify(truth),
      });
      if (!response.ok) throw new Error(`The correction was refused: ${await response.text()}`);
    },
    async read(ids) {
      const { rows } = await stack.db.query(
        "select correspondent, document_type, document_date::text, amount::float from public.documents join unnest($1::uuid[]) with ordinality as asked (id, place) using (id) order by place",
        [ids],
      );
      return rows;
    },
  };
}

/** Of each field, the share of wrong and of missing values. */
function figuresOf(papers: Paper[], found: Values[], show = false): Record<string, string> {
  const figures: Record<string, string> = {};
  for (const field of FIELDS) {
    const errors = papers.flatMap(({ truth, layout }, nth) => {
      const value = found[nth]![field];
      if (value === truth[field]) return [];
      if (show) say(`layout ${layout}: ${field} ${value} for ${truth[field]}`);
      return [value === null || value === "other" ? "missing" : "wrong"];
    });
    const share = (kind: string): number => round((100 * errors.filter((one) => one === kind).length) / papers.length);
    figures[field] = `${share("wrong")}% wrong, ${share("missing")}% missing`;
  }
  return figures;
}
