/** The page of a share link, the same for every link: it asks for the password if there is one, opens the link, and shows what comes. */
export const SHARE_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>A shared document</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
  dt { font-weight: 600 } dd { margin: 0 0 .5rem } pre { white-space: pre-wrap }
</style>
<main>
  <h1>A shared document</h1>
  <form><p><label>Password, if the link has one: <input type="password" name="password" autocomplete="off"></label></p><p><button>Open</button></p></form>
  <p role="status"></p>
  <div id="document"></div>
</main>
<script>
  const form = document.querySelector("form"), status = document.querySelector("[role=status]"), place = document.querySelector("#document");
  const add = (name, text, to = place) => { const made = document.createElement(name); made.textContent = text; to.append(made); return made };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = "Opening…";
    const password = new FormData(form).get("password") || undefined;
    const answer = await fetch(location.href, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ password }) }).catch(() => null);
    const shared = answer ? await answer.json() : { message: "The server did not answer. Try again." };
    status.textContent = answer && answer.ok ? "" : shared.message;
    if (!answer || !answer.ok) return;
    form.remove();
    place.replaceChildren();
    const link = add("a", "Download " + shared.filename, add("p", ""));
    link.href = shared.signed_url;
    link.rel = "noreferrer";
    const list = add("dl", "");
    for (const [field, value] of Object.entries(shared.metadata || {}))
      if (value !== null && value.length !== 0) { add("dt", field.replaceAll("_", " "), list); add("dd", Array.isArray(value) ? value.join(", ") : value, list) }
    for (const { schema, values } of shared.extractions || []) {
      add("h2", schema);
      const found = add("dl", "");
      for (const { path, value } of values) { add("dt", path, found); add("dd", typeof value === "object" ? JSON.stringify(value) : value, found) }
    }
    for (const { page, text } of shared.pages || []) { add("h2", "Page " + page); add("pre", text) }
  });
</script>
`;
