import { URI } from "otpauth";
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

  it("says in a token by what its user signed in, and that this is one factor", async () => {
    const { data } = await user.supabase.auth.getClaims(user.token);
    expect(data!.claims).toMatchObject({
      aal: "aal1",
      amr: [{ method: "password", timestamp: expect.any(Number) }],
      app_metadata: { provider: "email" },
      is_anonymous: false,
      session_id: expect.any(String),
    });
  });

  it("takes a second factor on, asks for it, and lets go of it for who has it", async () => {
    const { auth } = user.supabase;
    const { data: enrolled } = await auth.mfa.enroll({ factorType: "totp", friendlyName: "Phone", issuer: "Docket" });
    expect(enrolled).toMatchObject({ type: "totp", friendly_name: "Phone" });
    expect(enrolled!.totp!.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,.*<svg/s);
    const app = URI.parse(enrolled!.totp!.uri);
    expect(app).toMatchObject({ issuer: "Docket", label: user.email, period: 30, digits: 6, algorithm: "SHA1" });
    expect(app.secret.base32).toBe(enrolled!.totp!.secret);
    expect((await auth.mfa.enroll({ factorType: "totp", friendlyName: "Phone" })).error).toMatchObject({
      status: 422,
      code: "mfa_factor_name_conflict",
    });

    const factorId = enrolled!.id;
    const { data: challenge } = await auth.mfa.challenge({ factorId });
    expect(challenge).toMatchObject({ type: "totp", expires_at: expect.any(Number) });
    const wrong = app.generate().replace(/./g, (digit) => String((Number(digit) + 1) % 10));
    const refused = await auth.mfa.verify({ factorId, challengeId: challenge!.id, code: wrong });
    expect(refused.error).toMatchObject({ status: 422, code: "mfa_verification_failed" });
    expect((await auth.mfa.listFactors()).data!.totp).toEqual([]);

    const other = clientOf(api().url, api().key);
    await other.auth.signInWithPassword(user);
    const verified = await auth.mfa.verify({ factorId, challengeId: challenge!.id, code: app.generate() });
    expect(verified.error).toBeNull();
    expect((await auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: "aal2",
      nextLevel: "aal2",
    });
    const { data: claimed } = await auth.getClaims();
    expect(claimed!.claims.amr).toEqual([
      { method: "totp", timestamp: expect.any(Number) },
      { method: "password", timestamp: expect.any(Number) },
    ]);
    // Sessions that know the password alone are over; so is the challenge.
    expect((await other.auth.getUser()).error).toMatchObject({ name: "AuthSessionMissingError" });
    expect((await auth.mfa.verify({ factorId, challengeId: challenge!.id, code: app.generate() })).error).toMatchObject(
      { status: 422 },
    );

    // The level lives as long as the session.
    expect((await auth.refreshSession()).error).toBeNull();
    expect((await auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({ currentLevel: "aal2" });

    const later = clientOf(api().url, api().key);
    const { data: session } = await later.auth.signInWithPassword(user);
    expect(session.user!.factors).toMatchObject([{ id: factorId, status: "verified", factor_type: "totp" }]);
    expect((await later.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: "aal1",
      nextLevel: "aal2",
    });
    expect((await later.from("documents").select("id")).data).toEqual([]);
    for (const attempt of [
      later.auth.mfa.enroll({ factorType: "totp", friendlyName: "Another" }),
      later.auth.mfa.unenroll({ factorId }),
      later.auth.updateUser({ password: "another password" }),
    ])
      expect((await attempt).error).toMatchObject({ code: "insufficient_aal" });
    const { error: code } = await later.auth.mfa.challengeAndVerify({ factorId, code: app.generate() });
    expect(code).toBeNull();

    expect((await later.auth.mfa.unenroll({ factorId })).data).toEqual({ id: factorId });
    expect((await later.auth.mfa.listFactors()).data!.all).toEqual([]);
    await later.auth.refreshSession();
    expect((await later.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({
      currentLevel: "aal1",
      nextLevel: "aal1",
    });
  });

  it("refuses second factors of nobody, and another user's", async () => {
    const response = await fetch(`${api().url}/auth/v1/factors`, {
      method: "POST",
      headers: { apikey: api().key, "content-type": "application/json" },
      body: JSON.stringify({ factor_type: "totp" }),
    });
    expect(response.status).toBe(401);
    const { error } = await user.supabase.auth.mfa.challenge({ factorId: crypto.randomUUID() });
    expect(error).toMatchObject({ status: 404, code: "mfa_factor_not_found" });
  });
}
