import type { VisitorPage } from "../_shared/visitors/page.ts";

/** The page of a share link: it asks for the password if there is one, opens the link, and shows what comes. */
export const SHARE_PAGE: VisitorPage = {
  title: "shared_title",
  main: `<form>
<p hidden><label>{{password}} <input type="password" name="password" autocomplete="off"></label></p>
<p><button>{{open}}</button></p>
</form>
<p role="status"></p>
<div id="document"></div>`,
  script: `
  const form = document.querySelector("form"), button = document.querySelector("button"), status = document.querySelector("[role=status]"), place = document.querySelector("#document");
  const add = (name, text, to = place) => { const made = document.createElement(name); made.textContent = text; to.append(made); return made };
  fetch(location.href, { headers: { Accept: "application/json" } }).then((answer) => answer.json())
    .then(({ needs_password }) => { form.firstElementChild.hidden = !needs_password }, () => { form.firstElementChild.hidden = false });
  const day = (iso) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso + "T00:00:00Z"));
  const number = (amount) => new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(amount);
  const shown = {
    document_type: (type) => texts.types[type] || type,
    document_date: day,
    tags: (tags) => tags.join(", "),
    language: (code) => new Intl.DisplayNames(language, { type: "language" }).of(code),
  };
  const valueOf = (value) => {
    if (typeof value === "boolean") return value ? texts.yes : texts.no;
    if (typeof value === "string") return /^\\d{4}-\\d\\d-\\d\\d$/.test(value) ? day(value) : value;
    if (typeof value === "number") return new Intl.NumberFormat(language, { maximumFractionDigits: 4 }).format(value);
    if (value === null) return "–";
    return typeof value.amount === "number" ? [number(value.amount), value.currency].filter(Boolean).join(" ") : JSON.stringify(value);
  };
  /** "items.unit_price" as "Unit price" */
  const labelOf = (path) => { const words = path.split(".").pop().replaceAll("_", " "); return words.charAt(0).toUpperCase() + words.slice(1) };
  /** Values that a document has once, and a table for those that it has in rows. */
  function addValues(values) {
    const list = add("dl", "");
    for (const { path, value } of values) if (!path.includes(".")) { add("dt", labelOf(path), list); add("dd", valueOf(value), list) }
    const inRows = values.filter(({ path }) => path.includes("."));
    for (const name of new Set(inRows.map(({ path }) => path.split(".")[0]))) {
      const cells = inRows.filter(({ path }) => path.startsWith(name + "."));
      const frame = add("div", ""), table = add("table", "", frame), columns = [...new Set(cells.map(({ path }) => path))];
      frame.tabIndex = 0;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", labelOf(name));
      add("caption", labelOf(name), table);
      const isNumeric = (path) => cells.every((cell) => cell.path !== path || typeof cell.value === "number" || typeof cell.value?.amount === "number");
      const addCell = (kind, path, text, line) => { if (isNumeric(path)) add(kind, text, line).className = "number"; else add(kind, text, line) };
      const head = add("tr", "", add("thead", "", table)), body = add("tbody", "", table);
      for (const path of columns) addCell("th", path, labelOf(path), head);
      for (const row of [...new Set(cells.map((cell) => cell.row))].sort((a, b) => a - b)) {
        const line = add("tr", "", body);
        for (const path of columns) {
          const cell = cells.find((one) => one.path === path && one.row === row);
          addCell("td", path, cell ? valueOf(cell.value) : "", line);
        }
      }
    }
  }
  /** The link to the file is good for a moment: then the form is back. */
  function offerFile({ filename, signed_url, expires_in }) {
    const line = add("p", ""), link = add("a", fill(texts.download, { file: filename }), line);
    link.href = signed_url;
    link.rel = "noreferrer";
    link.focus();
    setTimeout(() => { line.remove(); form.hidden = false; status.textContent = texts.file_ended }, expires_in * 1000);
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A second press would be a second opening.
    if (button.disabled) return;
    button.disabled = true;
    status.textContent = texts.opening;
    const password = new FormData(form).get("password") || undefined;
    const answer = await fetch(location.href, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ password }) }).catch(() => null);
    const shared = answer ? await answer.json().catch(() => ({})) : {};
    button.disabled = false;
    status.textContent = answer && answer.ok ? "" : problemOf(shared);
    if (shared.code === "link_password") form.firstElementChild.hidden = false;
    if (!answer || !answer.ok) return;
    form.hidden = true;
    place.replaceChildren();
    offerFile(shared);
    const { currency, ...metadata } = shared.metadata || {};
    const list = add("dl", "");
    for (const [field, value] of Object.entries(metadata)) {
      if (value === null || value.length === 0) continue;
      add("dt", texts.fields[field] || labelOf(field), list);
      add("dd", field === "amount" ? valueOf({ amount: value, currency }) : shown[field] ? shown[field](value) : valueOf(value), list);
    }
    for (const { schema, values } of shared.extractions || []) { add("h2", schema); addValues(values) }
    for (const { page, text } of shared.pages || []) { add("h2", fill(texts.page, { page })); add("pre", text) }
    if (shared.more_pages > 0) add("p", texts.more_pages);
  });
`,
};
