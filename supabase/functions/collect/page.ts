/** The page of an upload link, the same for every link. It lists what was handed in on this visit, and nothing else. */
export const COLLECT_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Hand in documents</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }</style>
<main>
  <h1>Hand in documents</h1>
  <form>
    <p><label>Password, if the link has one: <input type="password" name="password" autocomplete="off"></label></p>
    <p><label>Files: <input type="file" name="files" multiple required></label></p>
    <p><button>Send</button></p>
  </form>
  <ul aria-live="polite"></ul>
</main>
<script>
  const form = document.querySelector("form"), list = document.querySelector("ul");
  fetch(location.href, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).then(({ title }) => {
    if (title) document.querySelector("h1").textContent = title;
  });
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  async function send(file, password) {
    const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const announced = await fetch(location.href, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ password, filename: file.name, byte_size: file.size, mime_type: file.type || "text/plain", sha256 }),
    });
    const answer = await announced.json();
    if (!announced.ok) throw new Error(answer.message);
    if (answer.stored) return;
    const stored = await fetch(answer.signed_url, { method: "PUT", headers: { "Content-Type": file.type || "text/plain" }, body: file });
    if (!stored.ok) throw new Error("The file could not be stored. Try again.");
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    for (const file of given.getAll("files")) {
      const line = document.createElement("li");
      line.textContent = file.name + ": sending…";
      list.append(line);
      await send(file, given.get("password") || undefined).then(
        () => (line.textContent = file.name + ": received"),
        (error) => (line.textContent = file.name + ": " + error.message));
    }
    form.elements.files.value = "";
  });
</script>
`;
