import about from "../../package.json" with { type: "json" };
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { DocketError } from "../error.ts";
import { applyRules, collect, listRules, saveRules, share, tryRules, undoRules } from "./automation.ts";
import { exportTo } from "./export.ts";
import { edit, get, hold, list, release, search, status, sums } from "./documents.ts";
import { login, logout } from "./login.ts";
import { EXIT, Failure, sayOf } from "./failure.ts";
import { FORMATS, rows, schemas } from "./tables.ts";
import { uploadFiles } from "./upload.ts";
import { watchFolder } from "./watch.ts";

const number =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
    return value;
  };
const amount = (text: string): number => {
  if (!/^-?\d{1,15}(\.\d+)?$/.test(text)) throw new InvalidArgumentError("Give an amount, such as 99.50.");
  return Number(text);
};
const listed = (text: string, before: string[] = []): string[] => [...before, text];
const json = () => new Option("--json", "print JSON");

const program = new Command("docket")
  .description("Documents in Docket, from the command line.")
  .addHelpText(
    "after",
    `
Signs in with DOCKET_URL and DOCKET_TOKEN, or with what "docket login" has saved.
Exit codes: 0 done, 1 a document failed or was refused, 2 wrong usage, 3 not signed in, 4 the server does not answer.`,
  )
  .version(about.version)
  .exitOverride()
  .showHelpAfterError("Try --help.");

program
  .command("login")
  .description("sign in, and save an API token for this machine")
  .option("--url <url>", "the project's address", process.env.DOCKET_URL ?? "http://127.0.0.1:54321")
  .option("--email <email>", "sign in with a password, and make a token (the password: DOCKET_PASSWORD, or asked for)")
  .option("--key <key>", "the project's publishable key, where the project does not tell it")
  .option("--token <token>", "save this API token instead; - reads it from standard input")
  .option("--expires <days>", "let the token expire after so many days", number(1, 3650))
  .option("--automation", "let the token make rules and links, too")
  .action(login);
program.command("logout").description("forget the saved API token").action(logout);

program
  .command("upload")
  .description("send files")
  .argument("<files...>")
  .option("--wait", "wait until each is completed or failed")
  .addOption(json())
  .action(uploadFiles);

program
  .command("watch")
  .description('send each file that appears in a folder, and move it to "done" or "failed" in it')
  .argument("<folder>")
  .option("--settle <ms>", "a file is complete when it has not changed for so long", number(100, 3_600_000), 2_000)
  .option("--once", "end when the folder has no more files")
  .addOption(json())
  .action(watchFolder);

const filters = (command: Command): Command =>
  command
    .option("--tag <tag>", "documents with this tag; may be repeated", listed)
    .option("--type <type>", "documents of this type; may be repeated", listed)
    .option("--status <status>", "documents with this status; may be repeated", listed)
    .option("--from <date>", "dated on this day or later (YYYY-MM-DD)")
    .option("--to <date>", "dated on this day or earlier")
    .option("--amount-over <amount>", "with this amount or more", amount)
    .option("--amount-under <amount>", "with this amount or less", amount)
    .option("--currency <code>", "with an amount in this currency; may be repeated", listed);
const listing = (command: Command): Command =>
  filters(command)
    .option(
      "--sort <column>",
      "created_at, name, correspondent, document_date, amount, byte_size; - before it for descending",
    )
    .option("--limit <n>", "at most so many", number(1, 100_000), 50)
    .addOption(json());
listing(program.command("search").description("find documents by words").argument("<words...>")).action(search);
listing(program.command("list").description("list documents")).action(list);
filters(program.command("sums").description("add up amounts, per currency").argument("[words...]"))
  .addOption(new Option("--by <what>", "one sum for each").choices(["correspondent", "document_type", "tag", "month"]))
  .option("--documents <n>", "name so many documents of each sum", number(1, 50))
  .addOption(json())
  .action(sums);

program
  .command("get")
  .description("show a document")
  .argument("<id>")
  .addOption(new Option("--text", "its text").conflicts(["markdown", "json", "file", "pdf"]))
  .addOption(
    new Option("--markdown", "its text with headings, lists and tables, and a heading for each page").conflicts([
      "json",
      "file",
      "pdf",
    ]),
  )
  .addOption(new Option("--file", "the original file").conflicts(["json", "pdf"]))
  .addOption(new Option("--pdf", "a PDF whose words can be found and copied, made of a scan").conflicts("json"))
  .addOption(json())
  .option("-o, --output <file>", "write to a file")
  .action(get);

program
  .command("edit")
  .description("correct a document; an empty text clears a field")
  .argument("<id>")
  .option("--name <name>")
  .option("--tags <tags>", "separated by commas, in place of those that are there")
  .option("--add-tag <tag>", "may be repeated", listed)
  .option("--summary <text>")
  .option("--type <type>")
  .option("--correspondent <name>")
  .option("--date <date>", "YYYY-MM-DD")
  .option("--amount <amount>", "with tax, in whole units of the currency", (text) =>
    text === "" ? text : amount(text),
  )
  .option("--currency <code>", "EUR, USD")
  .option("--language <code>")
  .addOption(json())
  .action(edit);

program
  .command("hold")
  .description("keep a document from being deleted until it is released")
  .argument("<id>")
  .option("--until <date>", "keep it until this day instead (YYYY-MM-DD)")
  .addOption(json())
  .action(hold);
program
  .command("release")
  .description("let a document be deleted again, whether it was held or kept until a day")
  .argument("<id>")
  .addOption(json())
  .action(release);

program.command("schemas").description("list the schemas of extraction").addOption(json()).action(schemas);
program
  .command("rows")
  .description("write the table of a schema: a row a document, or a row a line")
  .argument("<schema>", "its name or id")
  .option("--where <condition>", "total>=100, number=RE-17, seller~acme, number, !number; may be repeated", listed)
  .option("--lines <table>", "a row for each line of this table")
  .option("--sort <field>", "- before it for descending; the newest first where it is left out")
  .addOption(new Option("--format <format>", "json has the proof of each value").choices(FORMATS).default("csv"))
  .option("-o, --output <file>", "write to a file")
  .action(rows);

program
  .command("export")
  .description(
    "copy everything into a folder: the files, metadata.jsonl with values and histories, account.json with the rest; goes on where it was interrupted",
  )
  .argument("<folder>")
  .addOption(new Option("--tables <format>", "the table of each schema, too, in the folder tables").choices(FORMATS))
  .option("--tag <tag>", "documents with this tag; may be repeated", listed)
  .option("--text", "the text beside each file")
  .option("--all", "texts and tables, too")
  .action(exportTo);

const ruling = program.command("rules").description("say what happens to documents that look a certain way");
ruling
  .command("list", { isDefault: true })
  .description("list the rules in their order")
  .addOption(json())
  .action(listRules);
ruling
  .command("save")
  .description("write the rules of a JSON file; those whose names are there are replaced")
  .argument("<file>")
  .addOption(json())
  .action(saveRules);
ruling
  .command("try")
  .description("show what the rules of a JSON file would change, or the enabled ones; changes nothing")
  .argument("[file]")
  .addOption(json())
  .action(tryRules);
ruling
  .command("apply")
  .description("apply the enabled rules to the documents that are there, in the background")
  .option("--wait", "wait until that ends")
  .addOption(json())
  .action(applyRules);
ruling
  .command("undo")
  .description("put back what applying rules changed")
  .argument("<run>", "the id that apply printed")
  .addOption(json())
  .action(undoRules);

program
  .command("share")
  .description("make a link that shows a document")
  .argument("<id>")
  .option("--days <n>", "the link ends after so many days", number(1, 365), 7)
  .option("--password <password>", "ask for it (8 characters at least)")
  .option("--openings <n>", "the link ends after so many openings", number(1, 1_000_000))
  .option("--with-text", "show the text, too")
  .addOption(json())
  .action(share);
program
  .command("collect")
  .description("make a link by which others hand in files")
  .argument("<title>", "what is asked for")
  .option("--days <n>", "the link ends after so many days", number(1, 365), 14)
  .option("--password <password>", "ask for it (8 characters at least)")
  .option("--files <n>", "the link ends after so many files", number(1, 1_000), 20)
  .option("--tag <tag>", "what comes by it gets this tag; may be repeated", listed)
  .addOption(json())
  .action(collect);

program
  .command("status")
  .description("who is signed in, and what is left of the month")
  .addOption(json())
  .action(status);

// What is written to has gone, as "head" does when it has enough, or is full.
for (const output of [process.stdout, process.stderr])
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.done);
    if (output === process.stdout) process.stderr.write(`docket: ${sayOf(error, "The output")}\n`);
    process.exit(EXIT.failed);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof DocketError ? ` (${error.code})` : "";
  process.stderr.write(`docket: ${message}${code}\n`);
  if (process.env.DOCKET_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (error instanceof Failure) return error.exitCode;
  if (!(error instanceof DocketError)) return EXIT.failed;
  if (error.status === 0) return EXIT.unreachable;
  return error.status === 401 || error.status === 403 ? EXIT.signedOut : EXIT.failed;
}
