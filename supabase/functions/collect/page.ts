import type { VisitorPage } from "../_shared/visitors/page.ts";

/** The page of an upload link. It lists what was handed in on this visit, and nothing else. */
export const COLLECT_PAGE: VisitorPage = {
  title: "collect_title",
  main: `<form>
<p hidden><label>{{password}} <input type="password" name="password" autocomplete="off"></label></p>
<p><label>{{files}} <input type="file" name="files" multiple required></label></p>
<p><button>{{send}}</button></p>
</form>
<ul aria-live="polite"></ul>`,
  script: `
  const form = document.querySelector("form"), list = document.querySelector("ul");
  fetch(location.href, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).then(({ title, needs_password }) => {
    if (title) document.querySelector("h1").textContent = title;
    form.firstElementChild.hidden = !needs_password;
  }, () => { form.firstElementChild.hidden = false });
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  /** Nothing where the file is stored, or why it is not. */
  async function send(file, password) {
    if (file.size === 0) return texts.errors.empty_file;
    const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const announced = await fetch(location.href, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ password, filename: file.name, byte_size: file.size, mime_type: file.type || "text/plain", sha256 }),
    });
    const answer = await announced.json();
    if (answer.code === "link_password") form.firstElementChild.hidden = false;
    if (!announced.ok) return problemOf(answer);
    if (answer.stored) return;
    const stored = await fetch(answer.signed_url, { method: "PUT", headers: { "Content-Type": file.type || "text/plain" }, body: file });
    if (!stored.ok) return texts.not_stored;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = new FormData(form), button = document.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    for (const file of given.getAll("files")) {
      const line = document.createElement("li");
      line.textContent = fill(texts.sending, { file: file.name });
      list.append(line);
      const why = await send(file, given.get("password") || undefined).catch(() => texts.no_answer);
      line.textContent = fill(why ? texts.refused : texts.received, { file: file.name, why });
    }
    form.elements.files.value = "";
    button.disabled = false;
  });
`,
};
