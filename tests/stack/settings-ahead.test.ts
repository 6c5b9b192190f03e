import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sendSettingsAhead } from "../../stack/auth-and-rest/settings-ahead.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../testing/temporary.ts";

let database: TemporaryDatabase;
let driver: postgres.Sql;
beforeAll(async () => {
  database = await temporaryDatabase();
  driver = postgres(database.postgres.url(SUPERUSER), { max: 1, onnotice: () => {} });
  sendSettingsAhead(driver);
});
afterAll(async () => {
  await driver.end();
  await database.stop();
});

/** What @supabase/lite sends for a request: `begin`, a setting a statement, then what it wants to know. */
async function request(settings: Record<string, string>, query: string) {
  const connection = await driver.reserve();
  try {
    await connection.unsafe("begin");
    for (const [name, value] of Object.entries(settings))
      await connection.unsafe(`SELECT set_config('${name}', $1, true)`, [value]);
    return Array.from(await connection.unsafe(query));
  } finally {
    await connection.unsafe("rollback");
    connection.release();
  }
}

it("gives a statement the settings that were sent before it, for its transaction alone", async () => {
  const query = "select current_user as role, current_setting('request.jwt.claims', true) as claims";
  const claims = '{"sub":"somebody"}';
  expect(await request({ role: "authenticated", "request.jwt.claims": claims }, query)).toEqual([
    { role: "authenticated", claims },
  ]);
  expect(await request({}, query)).toEqual([{ role: SUPERUSER, claims: "" }]);
});

it.each(["'); drop table storage.objects; --", "\\'; select 1; --", "a\\", "''", "$1", "ü 😀\n", ""])(
  "takes %j as a value and nothing else",
  async (value) => {
    expect(await request({ "request.headers": value }, "select current_setting('request.headers') as value")).toEqual([
      { value },
    ]);
  },
);

it("fails the statement behind a setting that is refused, and the next request is none the worse", async () => {
  await expect(request({ role: "nobody_of_that_name" }, "select 1")).rejects.toMatchObject({ code: "25P02" });
  expect(await request({}, "select 1 as one")).toEqual([{ one: 1 }]);
});

const ASKED =
  "\n SELECT current_setting('response.status', true) AS status,\n current_setting('response.headers', true) AS headers\n ";

it("knows what a call set for its answer, and asks again for the next call", async () => {
  const connection = await driver.reserve();
  try {
    const answers: unknown[] = [];
    for (const status of ["201", "206"]) {
      await connection.unsafe("begin");
      await connection.unsafe("select * from set_config($1, $2, true)", ["response.status", status]);
      answers.push(...(await connection.unsafe(ASKED)));
      await connection.unsafe("commit");
    }
    expect(answers).toEqual([
      { status: "201", headers: null },
      { status: "206", headers: null },
    ]);
  } finally {
    connection.release();
  }
});

it("fails a call that is refused, and the connection is none the worse", async () => {
  const refused = request({}, "select * from pg_read_file($1)");
  await expect(refused).rejects.toMatchObject({ code: expect.any(String) });
  expect(await request({}, "select 1 as one")).toEqual([{ one: 1 }]);
});
