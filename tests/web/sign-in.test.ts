// The other ways in: a link by mail, a provider, and the mail that confirms an address.
import { createClient } from "@supabase/supabase-js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { builtPage } from "../../scripts/page.ts";
import { lentBrowser } from "../../testing/lending.ts";
import { type FakeGitHub, startGitHub } from "../../testing/fakes/github.ts";
import { temporaryStack, type TemporaryStack } from "../../testing/temporary.ts";
import { expectAccessible } from "./reader.ts";

const APP = { client_id: "docket-app", secret: "docket-secret" };

let github: FakeGitHub;
let stack: TemporaryStack;
let browser: Browser;
beforeAll(async () => {
  github = await startGitHub(APP, { id: 1815, login: "ada", email: "ada@docket.test" });
  stack = await temporaryStack(
    {
      AUTH_MAILER_CONFIRMATIONS: "true",
      AUTH_EXTERNAL_GITHUB_CLIENT_ID: APP.client_id,
      AUTH_EXTERNAL_GITHUB_SECRET: APP.secret,
      AUTH_EXTERNAL_GITHUB_URL: github.url,
    },
    { folder: await builtPage() },
  );
  browser = await lentBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await github?.stop();
});

/** The link of the newest mail of a kind: the embedded stack sends none, and says them in its log. */
async function linkOf(type: string): Promise<string> {
  const links = () =>
    stack.logs
      .flatMap(({ line }) => /https?:\S+/.exec(line)?.[0] ?? [])
      .filter((link) => link.includes(`type=${type}`));
  await expect.poll(() => links().length).toBeGreaterThan(0);
  return links().at(-1)!;
}
async function visitor(): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(stack.url);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  return page;
}
const isIn = (page: Page) => page.getByRole("heading", { name: "Drop your first files here" }).waitFor();

it("lets in who signed up once the link of the mail was followed", async () => {
  const page = await visitor();
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByLabel("Email").fill("grace@docket.test");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("We sent a link to grace@docket.test. Follow it to finish.").waitFor();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Email").fill("grace@docket.test");
  await page.getByRole("textbox", { name: "Password" }).fill("correct horse");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Follow the link in the mail first.").waitFor();
  await page.goto(await linkOf("signup"));
  await isIn(page);
  await page.context().close();
});

it("signs in by a link in a mail, and says the same to who has no account", async () => {
  const page = await visitor();
  await page.getByRole("button", { name: "Mail me a link instead" }).click();
  await page.getByRole("heading", { name: "Sign in by mail" }).waitFor();
  await expectAccessible(page, "signing in by mail");
  await page.getByLabel("Email").fill("nobody@docket.test");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("If nobody@docket.test has an account, a link is on its way.").waitFor();
  expect(await stack.sql("select email from auth.users")).toEqual([{ email: "grace@docket.test" }]);
  await page.getByLabel("Email").fill("grace@docket.test");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("If grace@docket.test has an account, a link is on its way.").waitFor();
  await page.goto(await linkOf("magiclink"));
  await isIn(page);
  await page.context().close();
});

it("offers the providers that the project has, and lets in by one", async () => {
  const page = await visitor();
  await page.getByRole("button", { name: "Continue with GitHub" }).waitFor();
  expect(await page.getByRole("button", { name: "Continue with Google" }).count()).toBe(0);
  await expectAccessible(page, "signing in with a provider");
  await page.getByRole("button", { name: "Continue with GitHub" }).click();
  await isIn(page);
  expect(page.url()).not.toContain("access_token");
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByText("ada@docket.test").waitFor();
  expect(await stack.sql("select provider from auth.identities where email = 'ada@docket.test'")).toEqual([
    { provider: "github" },
  ]);

  // Who came that way has no password to be asked for, until one is set.
  await page.getByRole("menuitem", { name: "Account" }).click();
  const section = page.getByRole("region", { name: "Password" });
  await section.getByRole("button", { name: "Set a password" }).waitFor();
  expect(await section.getByLabel("Current password").count()).toBe(0);
  await section.getByLabel("New password").fill("correct horse");
  await section.getByRole("button", { name: "Set a password" }).click();
  await section.getByText("You have a password now").waitFor();
  await section.getByLabel("Current password").waitFor();
  await page.getByRole("button", { name: "Account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByLabel("Email").fill("ada@docket.test");
  await page.getByRole("textbox", { name: "Password" }).fill("correct horse");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await isIn(page);
  await page.context().close();
});

it("gives a program a session for a code, once, to who began (PKCE)", async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const { auth } = createClient(stack.url, stack.keys.publishableKey, {
    auth: { flowType: "pkce", storage, detectSessionInUrl: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  });
  const { data } = await auth.signInWithOAuth({
    provider: "github",
    options: { redirectTo: stack.url, skipBrowserRedirect: true },
  });
  let at = data.url!;
  for (let step = 0; step < 3; step += 1) at = (await fetch(at, { redirect: "manual" })).headers.get("location")!;
  const code = new URL(at).searchParams.get("code")!;
  const stranger = createClient(stack.url, stack.keys.publishableKey, {
    auth: { flowType: "pkce", persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  });
  expect((await stranger.auth.exchangeCodeForSession(code)).error).not.toBeNull();
  const { data: exchanged, error } = await auth.exchangeCodeForSession(code);
  expect(error).toBeNull();
  const { data: claimed } = await auth.getClaims(exchanged.session!.access_token);
  expect(claimed!.claims).toMatchObject({ aal: "aal1", amr: [{ method: "oauth" }], email: "ada@docket.test" });
  const again = await fetch(`${stack.url}/auth/v1/token?grant_type=pkce`, {
    method: "POST",
    headers: { apikey: stack.keys.publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ auth_code: code, code_verifier: "x".repeat(43) }),
  });
  expect(again.ok).toBe(false);
});
