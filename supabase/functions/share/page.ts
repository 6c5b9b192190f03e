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
  const form = document.querySelector("form"), status = document.querySelector("[role=status]"), place = document.querySelector("#document");
  const add = (name, text, to = place) => { const made = document.createElement(name); made.textContent = text; to.append(made); return made };
  fetch(location.href, { headers: { Accept: "application/json" } }).then((answer) => answer.json())
    .then(({ needs_password }) => { form.firstElementChild.hidden = !needs_password }, () => { form.firstElementChild.hidden = false });
  const day = (iso) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso + "T00:00:00Z"));
  const number = (amount) => new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(amount);
  const shown = {
    document_type: (type) => texts.types[type] || type,
    document_date: day,
    amount: number,
    tags: (tags) => tags.join(", "),
    language: (code) => new Intl.DisplayNames(language, { type: "language" }).of(code),
  };
  const valueOf = (value) => {
    if (typeof value !== "object" || value === null) return String(value);
    return typeof value.amount === "number" && typeof value.currency === "string" ? number(value.amount) + " " + value.currency : JSON.stringify(value);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = texts.opening;
    const password = new FormData(form).get("password") || undefined;
    const answer = await fetch(location.href, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ password }) }).catch(() => null);
    const shared = answer ? await answer.json().catch(() => ({})) : {};
    status.textContent = answer && answer.ok ? "" : problemOf(shared);
    if (shared.code === "link_password") form.firstElementChild.hidden = false;
    if (!answer || !answer.ok) return;
    form.remove();
    place.replaceChildren();
    const link = add("a", fill(texts.download, { file: shared.filename }), add("p", ""));
    link.href = shared.signed_url;
    link.rel = "noreferrer";
    const list = add("dl", "");
    for (const [field, value] of Object.entries(shared.metadata || {}))
      if (value !== null && value.length !== 0) { add("dt", texts.fields[field] || field.replaceAll("_", " "), list); add("dd", shown[field] ? shown[field](value) : valueOf(value), list) }
    for (const { schema, values } of shared.extractions || []) {
      add("h2", schema);
      const found = add("dl", "");
      for (const { path, value } of values) { add("dt", path, found); add("dd", valueOf(value), found) }
    }
    for (const { page, text } of shared.pages || []) { add("h2", fill(texts.page, { page })); add("pre", text) }
    if (shared.more_pages > 0) add("p", texts.more_pages);
  });
`,
};
