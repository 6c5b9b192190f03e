import { wrongType } from "../form.ts";
import type { Provider } from "../delivery.ts";
import { checkBearer } from "../secrets.ts";

/** A mail as it is, from a server, a pipe or a worker of one's own. `?sender=` or `X-Envelope-From` has the envelope's sender, `<>` for none. */
export function rawMail(settings: { secret: string | undefined; maxBytes: number }): Provider {
  return {
    name: "raw",
    refusedStatus: (status) => status,
    async read(request, receive, pathRecipient) {
      checkBearer(request, settings.secret);
      if (!/^message\/(?:rfc822|global)\b/i.test(request.headers.get("Content-Type") ?? ""))
        throw wrongType("message/rfc822");
      const mime = await receive({ mostBytes: settings.maxBytes, weight: 2, owner: pathRecipient ?? "raw" });
      return {
        recipients: pathRecipient === undefined ? [] : [pathRecipient],
        envelopeFrom: senderOfEnvelope(request),
        mime,
      };
    },
  };
}

/** Undefined where nobody says it. */
export function senderOfEnvelope(request: Request): string | undefined {
  const said = new URL(request.url).searchParams.get("sender") ?? request.headers.get("X-Envelope-From");
  return said?.trim().replace(/^</, "").replace(/>$/, "").trim();
}
