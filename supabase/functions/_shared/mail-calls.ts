import { z } from "zod";
import { Admission } from "./answers.ts";
import type { Database } from "./database.types.ts";
import { passed, Refused } from "./link-calls.ts";

const Look = z.object({ allowed_senders: z.array(z.string()) });
const Noted = z.object({});

type Functions = Database["public"]["Functions"];
type Call = <Name extends keyof Functions, Shape extends z.ZodType>(
  name: Name,
  args: Functions[Name]["Args"],
  shape: Shape,
) => Promise<z.output<Shape>>;

/** The SQL functions behind mail addresses. A refusal of the database is thrown. */
export function createMailCalls(call: Call) {
  return {
    /** Who may send to an address. @throws PipelineError not_found */
    lookAtInboxAddress: async (addressSha256: string) =>
      passed(await call("look_at_inbox_address", { address_sha256: addressSha256 }, z.union([Refused, Look]))),
    /** @throws PipelineError not_found, too_many_requests, monthly_limit_reached, storage_limit_reached, file_too_large */
    admitMail: async (mail: Functions["admit_mail"]["Args"]) =>
      passed(await call("admit_mail", mail, z.union([Refused, Admission]))),
    /** Tells the owner of an address that a mail was refused. @throws PipelineError not_found, too_many_requests */
    refuseMail: async (mail: Functions["refuse_mail"]["Args"]) =>
      passed(await call("refuse_mail", mail, z.union([Refused, Noted]))),
    /** Whether a provider's token is new, or was used for this mail before. */
    useMailToken: (tokenSha256: string, messageSha256: string) =>
      call("use_mail_token", { token_sha256: tokenSha256, message_sha256: messageSha256 }, z.boolean()),
  };
}
