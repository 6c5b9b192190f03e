import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, clientOf, type ContractUser, makeUser } from "./project.ts";

/** What code that uses Auth may rely on. Erases the user that it makes. */
export function authContract(api: () => Api): void {
  let user: ContractUser;
  beforeAll(async () => {
    user = await makeUser(api());
  });
  afterAll(() => user?.erase());

  it("gives a token that says who signed in, as which role, and until when", async () => {
    const { data, error } = await user.supabase.auth.getClaims(user.token);
    expect(error).toBeNull();
    expect(data!.claims).toMatchObject({ sub: user.id, role: "authenticated", aud: "authenticated" });
    expect(data!.claims.exp).toBeGreaterThan(Date.now() / 1000);
  });

  it("refuses a wrong password, and an address that nobody has, in the same words", async () => {
    const supabase = clientOf(api().url, api().key);
    const wrong = await supabase.auth.signInWithPassword({ email: user.email, password: "not the password" });
    const nobody = await supabase.auth.signInWithPassword({
      email: `nobody-${user.email}`,
      password: "not the password",
    });
    expect(wrong.error).toMatchObject({ status: 400, code: "invalid_credentials" });
    expect(nobody.error?.message).toBe(wrong.error!.message);
  });

  it("renews a session by its refresh token", async () => {
    const supabase = clientOf(api().url, api().key);
    const { data } = await supabase.auth.signInWithPassword(user);
    const renewed = await supabase.auth.refreshSession({ refresh_token: data.session!.refresh_token });
    expect(renewed.error).toBeNull();
    expect(renewed.data.session!.user.id).toBe(user.id);
  });

  it("refuses a token that nobody signed", async () => {
    const forged = `${user.token.slice(0, -8)}AAAAAAAA`;
    expect((await user.supabase.auth.getUser(forged)).error).not.toBeNull();
    const response = await fetch(`${api().url}/rest/v1/documents`, {
      headers: { apikey: api().key, Authorization: `Bearer ${forged}` },
    });
    expect(response.status).toBe(401);
  });
}
