/**
 * The settings of the functions. This and the index.ts files are the only places that know Deno.
 *
 * SUPABASE_URL and the keys are set by the platform; both generations of keys are accepted (the legacy ones exist until
 * the end of 2026). .env.example lists the others.
 */
import { createLog, type LogLevel } from "./log.ts";
import type { Network } from "./network.ts";
import type { Project } from "./project.ts";
import { createWorkerBudget, warnsOfItsEnd } from "./worker-budget.ts";

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

function required(name: string, ...others: (string | undefined)[]): string {
  const value = others.find(Boolean) ?? Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set. On Supabase it always is; elsewhere see .env.example.`);
  return value;
}

/** The new keys come as a JSON object by name: {"default": "sb_…"}. */
function namedKey(name: string): string | undefined {
  const keys = JSON.parse(Deno.env.get(name) ?? "{}") as Record<string, string>;
  return keys.default ?? Object.values(keys)[0];
}

export const project: Project = {
  url: required("SUPABASE_URL"),
  publishableKey: required("SUPABASE_ANON_KEY", namedKey("SUPABASE_PUBLISHABLE_KEYS")),
  secretKey: required("SUPABASE_SERVICE_ROLE_KEY", namedKey("SUPABASE_SECRET_KEYS")),
};

export const log = createLog((Deno.env.get("LOG_LEVEL") ?? "info") as LogLevel);

/** Work that goes on after the answer; the worker is kept alive for it. Takes real Promises only. */
export const waitUntil = (work: Promise<unknown>): void => EdgeRuntime.waitUntil(work);

/** What this worker may still do. Hosted Supabase retires a worker after 1 s of CPU time; whoever runs it may give more. */
export const budget = createWorkerBudget({
  softLimitMs: Number(Deno.env.get("WORKER_CPU_SOFT_MS") ?? 1_000),
  warns: warnsOfItsEnd((globalThis as { SUPABASE_VERSION?: string }).SUPABASE_VERSION),
});

/** The network below `fetch`. What runs the functions hosted has these calls too: drivers of databases and mail use them there. */
export const network: Network = {
  async resolve(name) {
    const found = await Promise.allSettled([Deno.resolveDns(name, "A"), Deno.resolveDns(name, "AAAA")]);
    return found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  },
  async connect({ address, port, tlsName }) {
    const plain = await Deno.connect({ hostname: address, port });
    if (tlsName === null) return plain;
    const secured = await Deno.startTls(plain, { hostname: tlsName });
    await secured.handshake().catch((refused: unknown) => {
      secured.close();
      throw refused;
    });
    return secured;
  },
};

/** Settings that are optional; .env.example says what each does. */
export const settings = {
  /** Largest file in bytes. Keep it at or below the bucket's file_size_limit and the platform's. */
  maxUploadBytes: Number(Deno.env.get("MAX_UPLOAD_BYTES") ?? 20 * 1024 * 1024),
  /** Most pages of one document. */
  maxPages: Number(Deno.env.get("MAX_PAGES") ?? 2000),
  /** A run of reading stops after so many milliseconds or pages, or with the worker's budget, and another one goes on. */
  runMs: Number(Deno.env.get("READ_RUN_MS") ?? 25_000),
  runPages: Number(Deno.env.get("READ_RUN_PAGES") ?? 250),
  /** What recognizes pages: claude, local (an OCR engine), or auto: Claude when there is a key. */
  textEngine: Deno.env.get("TEXT_ENGINE") ?? "auto",
  /** The local OCR engine (engine/), if there is one. */
  ocrEngineUrl: Deno.env.get("OCR_ENGINE_URL"),
  /** Where the page is, or its path at the project's own address: share and upload links are opened there. */
  pageUrl: Deno.env.get("PAGE_URL"),
  /** What proves that a request with a mail is the provider's; docs/mail.md. */
  inbound: {
    rawSecret: Deno.env.get("INBOUND_SECRET"),
    postmarkLogin: Deno.env.get("INBOUND_POSTMARK_LOGIN"),
    mailgunSigningKey: Deno.env.get("INBOUND_MAILGUN_SIGNING_KEY"),
    sendgridPublicKey: Deno.env.get("INBOUND_SENDGRID_PUBLIC_KEY"),
    sendgridLogin: Deno.env.get("INBOUND_SENDGRID_LOGIN"),
    sesTopicArn: Deno.env.get("INBOUND_SES_TOPIC_ARN"),
    sesBucket: Deno.env.get("INBOUND_SES_BUCKET")
      ? {
          bucket: Deno.env.get("INBOUND_SES_BUCKET") ?? "",
          // The region of the topic: SES wants both in one.
          region: Deno.env.get("INBOUND_SES_REGION") ?? Deno.env.get("INBOUND_SES_TOPIC_ARN")?.split(":")[3] ?? "",
          accessKeyId: Deno.env.get("INBOUND_SES_ACCESS_KEY_ID") ?? "",
          secretAccessKey: Deno.env.get("INBOUND_SES_SECRET_ACCESS_KEY") ?? "",
        }
      : undefined,
  },
  /** Claude reads and describes when there is a key. */
  anthropicApiKey: Deno.env.get("ANTHROPIC_API_KEY"),
  anthropicBaseUrl: Deno.env.get("ANTHROPIC_BASE_URL"),
  claudeModel: Deno.env.get("CLAUDE_MODEL"),
  /** Tokens of all kinds that describing one document may use. */
  claudeRunTokens: Number(Deno.env.get("CLAUDE_RUN_TOKENS") ?? 200_000),
};
