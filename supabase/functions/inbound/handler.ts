import { joinedBytes, sha256 } from "../_shared/bytes.ts";
import { PipelineError } from "../_shared/errors.ts";
import type { Files } from "../_shared/files.ts";
import { endpoint, type Handler, json } from "../_shared/http.ts";
import type { Log } from "../_shared/log.ts";
import {
  type Allotment,
  BUDGET_PATIENCE_MS,
  createMemoryBudget,
  UPLOAD_BUDGET_BYTES,
} from "../_shared/memory-budget.ts";
import type { Pipeline } from "../_shared/pipeline.ts";
import { discard, Pace, receivedBytes, UPLOAD_DEADLINE_MS } from "../_shared/request-body.ts";
import type { Provider, Receive } from "./delivery.ts";
import { keepMail, noSuchAddress, noteTooLarge, tooLarge } from "./keeping.ts";
import { mailgun } from "./providers/mailgun.ts";
import { postmark } from "./providers/postmark.ts";
import type { S3Settings } from "./providers/s3.ts";
import { rawMail, senderOfEnvelope } from "./providers/raw.ts";
import { sendgrid } from "./providers/sendgrid.ts";
import { ses } from "./providers/ses.ts";
import { localPartOf, localPartsOf } from "./recipient.ts";

export type InboundParts = {
  log: Log;
  pipeline: Pick<Pipeline, "lookAtInboxAddress" | "admitMail" | "refuseMail" | "useMailToken" | "abandonUpload">;
  files: Pick<Files, "store">;
  /** Largest mail in bytes. */
  maxBytes: number;
  /** What proves that a request is the provider's. What is not set is not asked for; without a topic nothing is taken of SES. */
  secrets: {
    rawSecret?: string | undefined;
    postmarkLogin?: string | undefined;
    mailgunSigningKey?: string | undefined;
    sendgridPublicKey?: string | undefined;
    sendgridLogin?: string | undefined;
    sesTopicArn?: string | undefined;
    /** Where SES puts mails that no message of SNS holds. */
    sesBucket?: S3Settings | undefined;
  };
  /** Asks Amazon SNS and S3. */
  get?: typeof fetch;
};

/** Providers write a mail in JSON or in a form, where it takes up to this many times its bytes. */
const WRAPPED = 1.5;

/** How much of a mail that is too large is read, and for how long, so that its sender hears that it is, and does not send it again. */
const DRAINED_BYTES = 128 * 1024 * 1024;
const DRAINED_MS = 60_000;

/** A way of sending, and the recipient that stands in the path. */
type Way = { provider: Provider; pathRecipient: string | undefined };

/**
 * `POST /functions/v1/inbound/<address>` takes a mail as it is, `/inbound/postmark`, `/mailgun`, `/sendgrid` and `/ses` what these post. Each becomes a document
 * of the owner of the address that it was sent to: 200 `{accepted: true}`, and the same for a mail that came before. Refusals have the status after which the
 * provider does not send again; what may be better later is 503. docs/mail.md.
 */
export function createInboundHandler(parts: InboundParts): Handler {
  const { log, pipeline, maxBytes, secrets } = parts;
  const mostBytes = Math.ceil(maxBytes * WRAPPED);
  const raw = rawMail({ secret: secrets.rawSecret, maxBytes });
  const providers = [
    raw,
    postmark({ login: secrets.postmarkLogin, mostBytes }),
    mailgun({
      signingKey: secrets.mailgunSigningKey,
      mostBytes,
      useToken: async (token, mime) =>
        pipeline.useMailToken(await sha256(new TextEncoder().encode(token)), await sha256(mime)),
    }),
    sendgrid({ publicKey: secrets.sendgridPublicKey, login: secrets.sendgridLogin, mostBytes }),
    ses({ topicArn: secrets.sesTopicArn, bucket: secrets.sesBucket, maxBytes, ...(parts.get && { get: parts.get }) }),
  ];
  const memory = createMemoryBudget(UPLOAD_BUDGET_BYTES * 2);

  function wayOf(request: Request): Way {
    const url = new URL(request.url);
    const [first = "", ...rest] = url.pathname
      .replace(/^(?:\/functions\/v1)?\/inbound\/?/, "")
      .split("/")
      .map(decoded);
    const named = providers.find(({ name }) => name === first);
    const inPath = (named ? rest : [first]).find((segment) => localPartOf(segment) !== undefined);
    const said = url.searchParams.get("recipient") ?? request.headers.get("X-Recipient") ?? undefined;
    return { provider: named ?? raw, pathRecipient: inPath ?? said };
  }

  async function take(request: Request, { provider, pathRecipient }: Way): Promise<Response> {
    const started = performance.now();
    const held: Allotment[] = [];
    const receive: Receive = (options) => received(request, options, held);
    try {
      // Nothing is read for an address that is not there.
      const known = pathRecipient === undefined ? undefined : localPartOf(pathRecipient);
      if (pathRecipient !== undefined || provider === raw) await parts.pipeline.lookAtInboxAddress(await hashOf(known));
      const delivery = await provider.read(request, receive, pathRecipient).catch(async (thrown: unknown) => {
        if (known && thrown instanceof PipelineError && thrown.code === "file_too_large")
          await noteTooLarge(pipeline, known, senderOfEnvelope(request), thrown);
        throw thrown;
      });
      if (delivery instanceof Response) return delivery;
      const ours = localPartsOf(delivery.recipients);
      if (ours.length === 0) throw noSuchAddress();
      const outcomes = await Promise.allSettled(ours.map((localPart) => keepMail(parts, delivery, localPart)));
      const problems = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [PipelineError.from(outcome.reason)] : [],
      );
      // Sent again, what was taken is known by its Message-ID.
      const problem = problems.find(isPassing) ?? (problems.length === outcomes.length ? problems[0] : undefined);
      if (problem) throw problem;
      log.info("inbound.accepted", {
        provider: provider.name,
        bytes: delivery.mime.byteLength,
        ms: Math.round(performance.now() - started),
      });
      return json({ accepted: true });
    } finally {
      for (const allotment of held) allotment[Symbol.dispose]();
    }
  }

  /** A body, in memory that is taken as it comes. */
  async function received(
    request: Request,
    { mostBytes, weight, owner, from = request }: Parameters<Receive>[0],
    held: Allotment[],
  ): Promise<Uint8Array> {
    const pace = new Pace();
    const allotment = memory.open({
      owner,
      mostBytes: mostBytes * weight,
      patienceMs: BUDGET_PATIENCE_MS,
      isSlow: () => pace.isSlow(),
    });
    held.push(allotment);
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of receivedBytes(from, {
        mostBytes,
        deadlineMs: UPLOAD_DEADLINE_MS,
        tooLarge: () => tooLarge(maxBytes),
        pace,
        signal: allotment.lost,
      })) {
        await allotment.take(piece.byteLength * weight);
        pieces.push(piece);
      }
    } catch (thrown) {
      pieces.length = 0;
      if (thrown instanceof PipelineError && thrown.code === "file_too_large")
        await (from === request ? discard(request, DRAINED_BYTES, DRAINED_MS) : from.body?.cancel());
      throw thrown;
    }
    return joinedBytes(pieces);
  }

  const handle = endpoint(log, (request) => take(request, wayOf(request)));
  return async (request) => {
    const { provider } = wayOf(request);
    const answer = await handle(request);
    return withStatus(answer, statusFor(provider, answer.status));
  };
}

async function hashOf(localPart: string | undefined): Promise<string> {
  if (localPart === undefined) throw noSuchAddress();
  return sha256(new TextEncoder().encode(localPart));
}

/** A part of a path as it was before it was written into one; what cannot be is no address. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}

/** What may be better when the same mail is sent again. */
const isPassing = ({ status }: PipelineError): boolean => status === 408 || status === 429 || status >= 500;

/** 401 stays: providers send again after it, and the mail is not lost while somebody corrects a secret. */
function statusFor(provider: Provider, status: number): number {
  if (status < 400 || status === 401 || status === 405) return status;
  if (status === 408 || status === 429 || status >= 500) return 503;
  return provider.refusedStatus(status);
}

const withStatus = (answer: Response, status: number): Response =>
  status === answer.status ? answer : new Response(answer.body, { status, headers: answer.headers });
