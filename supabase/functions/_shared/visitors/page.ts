import { VISITOR_TEXTS, visitorLanguage, type VisitorLanguage } from "./texts.ts";

/** A page of a link, the same for every link: made for the visitor's language. */
export type VisitorPage = {
  title: "shared_title" | "collect_title" | "ended_title";
  /** HTML, in which `{{password}}` is the text of that name. */
  main: string;
  /** JavaScript with `texts`, `language`, `fill`, and `problemOf`; it uses no other page's code. */
  script: string;
};

/** The page in the language that a request prefers. */
export function pageFor(request: Request, page: VisitorPage, status = 200): Response {
  const language = visitorLanguage(request.headers.get("Accept-Language"));
  return new Response(htmlOf(page, language), {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Language": language, Vary: "Accept-Language" },
  });
}

/** Whether somebody looks at it in a browser. */
export const wantsPage = (request: Request): boolean =>
  request.method === "GET" && (request.headers.get("Accept") ?? "").includes("text/html");

/** What a browser shows where a link is refused. */
export function refusalPage(request: Request, code: string, message: string, status: number): Response {
  const errors: Record<string, string> = VISITOR_TEXTS[visitorLanguage(request.headers.get("Accept-Language"))].errors;
  const said = errors[code] ?? message;
  return pageFor(request, { title: "ended_title", main: `<p>${escaped(said)}</p>`, script: "" }, status);
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function htmlOf({ title, main, script }: VisitorPage, language: VisitorLanguage): string {
  const texts = VISITOR_TEXTS[language];
  const said = Object.entries(texts).reduce(
    (html, [name, text]) => (typeof text === "string" ? html.replaceAll(`{{${name}}}`, escaped(text)) : html),
    main,
  );
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escaped(texts[title])}</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(texts[title])}</h1>
${said}
</main>
${script && `<script>\n${SCRIPT.replace("TEXTS", () => JSON.stringify(texts).replaceAll("<", "\\u003c"))}${script}</script>\n`}`;
}

const STYLE = `
  :root { color-scheme: light dark; background: light-dark(#fff, #181c1a); color: light-dark(#161a17, #e9ede9); --line: light-dark(#dfe2db, #2a302d); --edge: light-dark(#828a83, #6b746e); --soft: light-dark(#626a63, #a3aba5); --accent: light-dark(#0b5d51, #7fd3bd); --on: light-dark(#fff, #07231d) }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 3rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
  h1, dd, li, a, td { overflow-wrap: anywhere } td { min-width: 4rem }
  label { display: grid; gap: .25rem; font-weight: 600 }
  input { font: inherit; padding: .5rem; border: 1px solid var(--edge); border-radius: 6px; background: transparent; color: inherit; max-width: 100%; box-sizing: border-box }
  button { font: inherit; font-weight: 600; padding: .5rem 1rem; border: 0; border-radius: 6px; background: var(--accent); color: var(--on); cursor: pointer }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  a { color: var(--accent) } ul { padding: 0; list-style: none } li { padding: .25rem 0 }
  dt { color: var(--soft); font-size: .9rem } dd { margin: 0 0 .75rem }
  button:disabled { opacity: .6; cursor: default }
  input[type=file] { width: 100% }
  div[role=region] { overflow-x: auto; margin: 1rem 0; border: 1px solid var(--line); border-radius: 6px }
  table { width: 100%; border-collapse: collapse; font-size: .9rem }
  caption { text-align: start; font-weight: 600; padding: .5rem .75rem }
  th, td { text-align: start; vertical-align: top; padding: .375rem .75rem; border-top: 1px solid var(--line) }
  th { color: var(--soft); font-weight: 600 } .number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums }
  dd, li, pre { unicode-bidi: plaintext }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px; padding: 1rem }
`;

/** What the scripts of both pages begin with. */
const SCRIPT = `
  const texts = TEXTS, language = document.documentElement.lang;
  const fill = (text, values) => text.replace(/\\{(\\w+)\\}/g, (all, name) => values[name] ?? all);
  const problemOf = ({ code }) => texts.errors[code] || (code ? texts.failed : texts.no_answer);
`;
