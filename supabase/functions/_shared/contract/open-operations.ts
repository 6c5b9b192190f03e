/** The operations that are not a user's calls: agents, visitors who have a link, mail providers, and what the database invokes. */
import { z } from "zod";
import { STAGES } from "../stages.ts";
import * as answers from "./answers.ts";
import type { DescribedOperation } from "./operations.ts";
import * as requests from "./requests.ts";

const Nothing = z.strictObject({});

/** Functions that take jobs and nothing else. */
const WORKERS = ["webhooks", "thumbnail", ...Object.values(STAGES).flatMap(({ alone }) => alone ?? [])];

const PROVIDERS = [
  ["postmark", "Postmark", "application/json", "https://postmarkapp.com/developer/webhooks/inbound-webhook"],
  [
    "mailgun",
    "Mailgun",
    "multipart/form-data",
    "https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http",
  ],
  [
    "sendgrid",
    "SendGrid",
    "multipart/form-data",
    "https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook",
  ],
  ["ses", "Amazon SNS", "text/plain", "https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html"],
] as const;

export const OPEN_OPERATIONS: DescribedOperation[] = [
  {
    id: "callMcp",
    method: "POST",
    path: "/mcp",
    summary: "One message of the Model Context Protocol, over streamable HTTP without sessions: docs/mcp.md.",
    scope: "documents:read",
    parameters: Nothing,
    body: requests.McpMessage,
    status: 200,
    answer: answers.McpAnswer,
    or: { status: 202 },
    refusal: z.union([answers.ErrorAnswer, answers.McpRefusal]),
  },
  {
    id: "lookAtShareLink",
    method: "GET",
    path: "/share/{token}",
    summary:
      "Whether a share link asks for a password. Opens nothing. Browsers are sent to the page, where PAGE_URL says where it is.",
    access: "Anyone with the link, whose token is in the path.",
    parameters: requests.OneToken,
    status: 200,
    answer: answers.ShareLook,
    or: { status: 303 },
  },
  {
    id: "openShareLink",
    method: "POST",
    path: "/share/{token}",
    summary: "Open a share link: what it shows, and where the file is for a minute.",
    access: "Anyone with the link, whose token is in the path.",
    parameters: requests.OneToken,
    body: requests.OpenedShare,
    status: 200,
    answer: answers.Shared,
  },
  {
    id: "lookAtUploadLink",
    method: "GET",
    path: "/collect/{token}",
    summary:
      "What an upload link is for, and whether it asks for a password. Browsers are sent to the page, where PAGE_URL says where it is.",
    access: "Anyone with the link, whose token is in the path.",
    parameters: requests.OneToken,
    status: 200,
    answer: answers.UploadLook,
    or: { status: 303 },
  },
  {
    id: "handInFile",
    method: "POST",
    path: "/collect/{token}",
    summary: "Announce a file by an upload link. It is put to signed_url then.",
    access: "Anyone with the link, whose token is in the path.",
    parameters: requests.OneToken,
    body: requests.HandedInFile,
    status: 200,
    answer: answers.HandedIn,
  },
  {
    id: "receiveMail",
    method: "POST",
    path: "/inbound/{address}",
    summary: "A mail as it is, for one of a user's mail addresses: docs/mail.md.",
    access: "With INBOUND_SECRET set, a server that sends it as a bearer token.",
    parameters: requests.SentMail,
    takes: { type: "message/rfc822", schema: { type: "string" } },
    status: 200,
    answer: answers.Accepted,
  },
  ...PROVIDERS.map(
    ([name, vendor, type, docs]): DescribedOperation => ({
      id: `receiveMailFrom${vendor.replaceAll(" ", "")}`,
      method: "POST",
      path: `/inbound/${name}`,
      summary: `A mail as ${vendor} posts it: docs/mail.md.`,
      access: `The requests of ${vendor} alone, where its secret is set.`,
      parameters: Nothing,
      takes: { type, schema: type === "text/plain" ? { type: "string" } : { type: "object" }, docs },
      status: 200,
      answer: answers.Accepted,
    }),
  ),
  ...WORKERS.map(
    (name): DescribedOperation => ({
      id: `invoke${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
      method: "POST",
      path: `/${name}`,
      summary: "The database's own call: do a job, in the background.",
      access: "Whoever has the job's one-time token, which the database alone sends.",
      parameters: Nothing,
      body: requests.Invocation,
      status: 202,
      answer: answers.Accepted,
    }),
  ),
];
