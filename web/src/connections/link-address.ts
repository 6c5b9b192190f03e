/** Where anyone with a link opens it: a page beside this one. The token is behind `#`, so that no server's log has it. */
export const linkAddress = (kind: "share" | "collect", token: string): string =>
  new URL(`${kind}.html#${token}`, document.baseURI).href;
