import type { PipelineError } from "../_shared/errors.ts";

/** What checked who sent a mail said of it. A provider's word counts only when the request is proven to be the provider's. */
export type Verdicts = {
  /** The sender's server may send for the envelope's domain. */
  spf?: string | undefined;
  /** A domain's signature is good: its name, where the provider says it. */
  dkim?: { result: string; domain?: string | undefined }[] | undefined;
  /** One of both holds for the domain of From. */
  dmarc?: string | undefined;
};

/** A mail as a provider hands it over, reduced to what all have. */
export type Delivery = {
  /** To whom it was sent in the SMTP dialog. */
  recipients: string[];
  /** Who sent it there: "" for the null path of bounces; undefined where the provider does not say. */
  envelopeFrom?: string | undefined;
  verdicts?: Verdicts | undefined;
  /** The mail itself; its head alone where it is refused. */
  mime: Uint8Array;
  /** Why it was not read to its end. */
  refused?: PipelineError | undefined;
};

/** One way in which mails come. */
export type Provider = {
  name: string;
  /** The status that ends a mail which is refused for good: one after which it is not sent again. */
  refusedStatus(status: number): number;
  /**
   * Reads a request. A Response is the whole answer, where the request is no mail.
   *
   * @param pathRecipient the recipient in the request's path, which counts for more than what the body says
   * @throws PipelineError unauthorized, unsupported_type, invalid_request, file_too_large, too_many_parts
   */
  read(request: Request, receive: Receive, pathRecipient: string | undefined): Promise<Delivery | Response>;
};

/**
 * Receives a body of at most so many bytes, in memory that is held until the request is answered. `weight`: how many times it is in memory;
 * `from`: another body than the request's.
 */
export type Receive = (options: {
  mostBytes: number;
  weight: number;
  owner: string;
  from?: Request;
}) => Promise<Uint8Array>;
