/**
 * A fetch that tells of the bytes of the body as they are sent. A browser tells of them by XMLHttpRequest alone, so there it is
 * one; elsewhere it is the fetch that is given, and nothing is told.
 */
export function telling(fetching: typeof fetch, onSent: (bytes: number) => void): typeof fetch {
  if (typeof XMLHttpRequest === "undefined") return fetching;
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const { method = "GET", headers, body, signal } = init;
      if (signal?.aborted) return reject(signal.reason);
      const request = new XMLHttpRequest();
      request.open(method, String(input));
      new Headers(headers).forEach((value, name) => request.setRequestHeader(name, value));
      request.upload.onprogress = ({ loaded }) => onSent(loaded);
      request.onload = () =>
        resolve(new Response(request.responseText || null, { status: request.status, headers: headersOf(request) }));
      request.onerror = () => reject(new TypeError("Failed to fetch"));
      request.onabort = () => reject(signal?.reason);
      signal?.addEventListener("abort", () => request.abort(), { once: true });
      request.send(body as XMLHttpRequestBodyInit | null); // a stream is never sent so
    });
}

const headersOf = (request: XMLHttpRequest): Headers =>
  new Headers(
    request
      .getAllResponseHeaders()
      .split("\r\n")
      .filter(Boolean)
      .map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
