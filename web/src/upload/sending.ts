import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Project } from "../project.tsx";
import { isConnection, Refusal } from "../sentences.ts";

/** The connection or the session went away while a file was on its way. It is worth sending again. */
export class Interrupted extends Error {}

/** A file on its way: who wants to know of its bytes, and how it is stopped. */
export type Sending = { onSent(bytes: number): void; abort(): void };

/** What the upload function answers. */
export type Admission = { document_id: string; filename: string; status: string; duplicate: boolean };

/** By `POST /upload`, one multipart request. */
export async function sendForm(project: Project, file: File, sending: Sending): Promise<Admission> {
  const form = new FormData();
  form.append("file", file, file.name);
  const { status, body } = await request(
    project,
    "POST",
    `${project.config.url}/functions/v1/upload`,
    form,
    {},
    sending,
  );
  if (status !== 202) throw new Refusal(body.message ?? "The upload failed. Try again.", body.code);
  return body as Admission;
}

/**
 * A large file: announced to the upload function, then straight to Storage, whose news starts the chain. Undefined when the
 * function does not take it by the type that the browser gives, which is a guess from its name: a form has the bytes looked at.
 */
export async function sendToSignedUrl(project: Project, file: File, sending: Sending): Promise<Admission | undefined> {
  const about = JSON.stringify({
    filename: file.name,
    byte_size: file.size,
    mime_type: file.type || "application/octet-stream",
    sha256: await sha256(file),
  });
  const { status, body } = await request(project, "POST", `${project.config.url}/functions/v1/upload`, about, {
    "Content-Type": "application/json",
  });
  if (status === 415) return undefined;
  if (status !== 200) throw new Refusal(body.message ?? "The upload failed. Try again.", body.code);
  if (body.duplicate) return body as Admission;
  const { error } = await storageTelling(project, sending)
    .from("documents")
    .uploadToSignedUrl(body.path, body.token, file, { contentType: file.type });
  if (error) throw isConnection(error) ? new Interrupted("The connection was lost.") : error;
  return body as Admission;
}

/** supabase-js's Storage with a fetch that tells how much is sent. The token in the path is all that an upload needs. */
function storageTelling(project: Project, sending: Sending): SupabaseClient["storage"] {
  const { url, publishableKey } = project.config;
  return createClient(url, publishableKey, {
    accessToken: async () => publishableKey,
    global: { fetch: (input, init) => fetchTelling(String(input), init ?? {}, sending) },
  }).storage;
}

async function fetchTelling(url: string, init: RequestInit, sending: Sending): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init.headers));
  const xhr = await exchange(init.method ?? "GET", url, init.body as XMLHttpRequestBodyInit, headers, sending);
  return new Response(xhr.responseText, { status: xhr.status });
}

/** A call of a function as the signed-in user. */
async function request(
  project: Project,
  method: string,
  url: string,
  body: XMLHttpRequestBodyInit,
  headers: Record<string, string>,
  sending?: Sending,
): Promise<{ status: number; body: Body }> {
  const { data } = await project.supabase.auth.getSession();
  const send = (token: string | undefined) =>
    exchange(
      method,
      url,
      body,
      { Authorization: `Bearer ${token}`, apikey: project.config.publishableKey, ...headers },
      sending,
    );
  let answer = await send(data.session?.access_token);
  if (answer.status === 401) {
    const token = await project.session.renew(data.session?.access_token);
    if (!token) throw new Interrupted("The session has ended.");
    answer = await send(token);
  }
  // The gateway in front of the functions: nothing was looked at yet.
  if (answer.status === 502 || answer.status === 503 || answer.status === 504)
    throw new Interrupted("The project does not answer.");
  return { status: answer.status, body: parsed(answer.responseText) };
}

// any: an answer may be of a gateway in between, so each field is looked at where it is used
type Body = Record<string, any>;

function parsed(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** XMLHttpRequest, because fetch does not tell how much of a body is sent. */
function exchange(
  method: string,
  url: string,
  body: XMLHttpRequestBodyInit,
  headers: Record<string, string>,
  sending?: Sending,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    if (sending) {
      xhr.upload.onprogress = ({ loaded }) => sending.onSent(loaded);
      sending.abort = () => xhr.abort();
    }
    xhr.onload = () => resolve(xhr);
    xhr.onerror = () => reject(new Interrupted("The connection was lost."));
    xhr.onabort = () => reject(new Error("Cancelled."));
    xhr.send(body);
  });
}

async function sha256(file: File): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
