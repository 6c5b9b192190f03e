import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

/** Most bytes of a mail that is taken in; `inbound` refuses those that are larger than a file may be, and tells the owner. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_CLIENTS = 50;
const MOST_RECIPIENTS = 100;
/** How long `inbound` may take to answer, in milliseconds: it tries Storage for some seconds. */
const ANSWER_MS = 120_000;
/** How long clients may finish what they send when the stack stops, in milliseconds. */
const CLOSE_MS = 2_000;

export type Smtp = { port: number; stop(): Promise<void> };

/**
 * A mail server on 127.0.0.1 that hands every mail to the function `inbound`, recipient by recipient. It keeps nothing: a mail is taken when it is
 * stored, and what cannot be stored now is answered by 4xx, after which mail servers send again.
 *
 * @param port any that is free when it is 0
 * @param functionsUrl where the functions are
 * @param secret INBOUND_SECRET, where it is set
 */
export async function startSmtp({
  port,
  functionsUrl,
  secret,
  onLog,
}: {
  port: number;
  functionsUrl: string;
  secret?: string | undefined;
  onLog(line: string): void;
}): Promise<Smtp> {
  const server = new SMTPServer({
    name: "docket",
    banner: "Docket",
    // Nothing leaves this machine. A password or a certificate would protect nothing here.
    disabledCommands: ["AUTH", "STARTTLS"],
    authOptional: true,
    disableReverseLookup: true,
    size: MOST_BYTES,
    maxClients: MOST_CLIENTS,
    closeTimeout: CLOSE_MS,
    logger: false,
    onRcptTo(_address, { envelope }, callback) {
      callback(envelope.rcptTo.length >= MOST_RECIPIENTS ? failure(452, "Too many recipients.") : null);
    },
    onData(stream, session, callback) {
      handOver(stream, session).then(
        () => callback(null, "The mail is a document now."),
        (error: Error) => callback(error),
      );
    },
  });
  server.on("error", (error) => onLog(`a connection failed: ${error.message}`));

  async function handOver(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      // To the end, so that the client hears the answer.
      if (bytes <= MOST_BYTES) pieces.push(piece);
    }
    if (bytes > MOST_BYTES) throw failure(552, "The mail is too large.");
    const mail = new Uint8Array(Buffer.concat(pieces));
    const { mailFrom, rcptTo } = session.envelope;
    const sender = mailFrom ? mailFrom.address : "";
    const problems: Refusal[] = [];
    for (const { address } of rcptTo)
      await post(address, sender, mail).catch((problem: Refusal) => void problems.push(problem));
    // As the function has it where it gets several: sent again, what one recipient has is known by its Message-ID. What one has taken is not given back.
    const problem =
      problems.find(({ responseCode }) => responseCode < 500) ??
      (problems.length === rcptTo.length ? problems[0] : undefined);
    if (problem) throw problem;
  }

  async function post(recipient: string, sender: string, mail: Uint8Array<ArrayBuffer>): Promise<void> {
    const answer = await fetch(`${functionsUrl}/inbound/${encodeURIComponent(recipient)}`, {
      method: "POST",
      body: mail,
      headers: {
        "Content-Type": "message/rfc822",
        // A header has no letters beyond ASCII.
        "X-Envelope-From": `<${sender.replace(/[^\x20-\x7e]/gu, encodeURIComponent)}>`,
        ...(secret && { Authorization: `Bearer ${secret}` }),
      },
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch((cause: Error) => {
      throw failure(451, `The function did not answer: ${cause.message}`);
    });
    const said = (await answer.json().catch(() => ({}))) as { message?: string };
    if (answer.ok) return;
    const message = (said.message ?? `The function answered ${answer.status}.`).split("\n", 1)[0]!;
    onLog(`a mail was refused: ${answer.status} ${message}`);
    throw failure(replyTo(answer.status), message);
  }

  const listening = server.listen(port, "127.0.0.1");
  await once(listening, "listening");
  return {
    port: (listening.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What a mail server is told (RFC 5321, 4.2): 4xx sends the mail again, 5xx returns it to the sender. */
function replyTo(status: number): number {
  if (status === 404) return 550;
  if (status === 413) return 552;
  return status >= 500 || status === 429 || status === 401 ? 451 : 554;
}

type Refusal = Error & { responseCode: number };
const failure = (responseCode: number, message: string): Refusal => Object.assign(new Error(message), { responseCode });
