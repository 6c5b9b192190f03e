// Where people open a link that a program made.
import { expect, it } from "vitest";
import { createShareHandler } from "../../supabase/functions/share/handler.ts";
import { linkAddress } from "../../supabase/functions/_shared/public-url.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";

const TOKEN = `dkl_${"a".repeat(40)}`;

it.each([
  ["https://docket.example", `https://docket.example/share.html#${TOKEN}`],
  ["https://docket.example/app/", `https://docket.example/app/share.html#${TOKEN}`],
  ["/", `https://ref.supabase.co/share.html#${TOKEN}`],
  [undefined, `https://ref.supabase.co/functions/v1/share/${TOKEN}`],
  ["", `https://ref.supabase.co/functions/v1/share/${TOKEN}`],
])("opens at the page (%s), or at the function where there is none", (pageUrl, address) => {
  expect(linkAddress("share", TOKEN, { address: "https://ref.supabase.co", pageUrl })).toBe(address);
});

function shareHandler(pageUrl: string | undefined) {
  const looks: string[] = [];
  const handle = createShareHandler({
    log: createLog("error"),
    projectUrl: "https://ref.supabase.co",
    pageUrl,
    files: { link: () => Promise.reject(new Error("nothing is opened here")) },
    pipeline: {
      openShareLink: () => Promise.reject(new Error("nothing is opened here")),
      lookAtShareLink: async (hash) => {
        looks.push(hash);
        return { needs_password: false };
      },
    },
  });
  return { handle, looks };
}
const asked = (accept: string) =>
  new Request(`https://edge-runtime.supabase.com/share/${TOKEN}`, { headers: { Accept: accept } });

it("sends browsers to the page, and keeps the link to itself", async () => {
  const { handle, looks } = shareHandler("https://docket.example");
  const answer = await handle(asked("text/html,*/*"));
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`https://docket.example/share.html#${TOKEN}`);
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(looks).toEqual([]);
});

it("answers programs, and browsers where nobody said where the page is", async () => {
  for (const [pageUrl, accept] of [
    ["https://docket.example", "application/json"],
    [undefined, "text/html,*/*"],
  ] as const) {
    const answer = await shareHandler(pageUrl).handle(asked(accept));
    expect(await answer.json()).toEqual({ needs_password: false });
  }
});
