// Loaded into the engine's process and all its threads: whatever asks for a host by name, or fetches, fails.
const dns = require("node:dns");
const net = require("node:net");

const lookup = dns.lookup;
dns.lookup = (host, ...rest) => {
  if (net.isIP(host) === 0) throw new Error(`no network in this test: ${host}`);
  return lookup(host, ...rest);
};
globalThis.fetch = (url) => {
  throw new Error(`no network in this test: ${url}`);
};
