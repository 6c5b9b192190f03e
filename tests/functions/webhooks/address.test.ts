// Where a webhook leads is looked up and checked before each attempt: the server's own network is nobody's to reach.
import { describe, expect, it } from "vitest";
import { isPublic, targetOf } from "../../../supabase/functions/webhooks/address.ts";

describe("an address", () => {
  it.each([
    ["loopback", ["127.0.0.1", "127.255.255.254", "::1"]],
    ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"]],
    ["link-local", ["169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1"]],
    ["of a cloud's metadata", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"]],
    ["shared by customers of a carrier", ["100.64.0.1", "100.127.255.255"]],
    ["multicast or broadcast", ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::1"]],
    ["unspecified", ["0.0.0.0", "0.1.2.3", "::"]],
    ["reserved, for benchmarks or documents", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "240.0.0.1"]],
    ["reserved in IPv6", ["2001:db8::1", "3fff::1", "100::1", "fec0::1", "4000::1", "5f00::1"]],
    ["IPv4 within IPv6", ["::ffff:10.0.0.1", "::ffff:a00:1", "::ffff:8.8.8.8", "::10.0.0.1", "::ffff:0:10.0.0.1"]],
    ["one that is translated", ["64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:a00:1::", "2001:0:1::1"]],
    ["none at all", ["", "localhost", "1.2.3.4.5", "fe80", "8.8.8.8/32"]],
  ])("that is %s is not public", (_, addresses) => {
    for (const address of addresses) expect(isPublic(address), address).toBe(false);
  });

  it("of the internet is public", () => {
    for (const address of ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])
      expect(isPublic(address), address).toBe(true);
  });
});

describe("the target of a URL", () => {
  const leading = (...addresses: string[]) => ({ resolve: async () => addresses });
  const refused = (url: string, network = leading("8.8.8.8"), loopback = false) =>
    expect(targetOf(url, network, loopback)).rejects.toMatchObject({ code: "address_refused", final: true });

  it("is the address that was checked, with the name for the certificate", async () => {
    expect(await targetOf("https://example.com/a?b", leading("2606:4700::1", "8.8.8.8"), false)).toMatchObject({
      address: "8.8.8.8",
      port: 443,
      tlsName: "example.com",
    });
    expect(await targetOf("https://example.com:8443", leading("2606:4700::1"), false)).toMatchObject({
      address: "2606:4700::1",
      port: 8443,
    });
  });

  it("is refused when any address of the name is not public", async () => {
    await refused("https://example.com", leading("8.8.8.8", "10.0.0.1"));
    await refused("https://example.com", leading("8.8.8.8", "::ffff:10.0.0.1"));
    await refused("https://metadata.google.internal", leading("169.254.169.254"));
  });

  it("is checked again each time: a name that led to the internet before may not", async () => {
    const addresses = [["8.8.8.8"], ["127.0.0.1"]];
    const network = { resolve: async () => addresses.shift()! };
    await targetOf("https://example.com", network, false);
    await refused("https://example.com", network);
  });

  it.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://10.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://①②⑦.0.0.1/",
    "https://127.0.0.1./",
    "https://127.1/",
    "https://0/",
    "https://017700000001/",
    "https://0xa9.0xfe.0xa9.0xfe/",
    "https://2852039166/",
    "https://169。254。169。254/",
    "https://10.0.0.1%2f@example.com/",
    "https://10.0.0.1\t/",
    "https://example.com%00.evil/",
    "https://[::]/",
    "https://[::127.0.0.1]/",
    "https://[0:0:0:0:0:ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://192.88.99.1/",
    "https://[fd00:ec2::254]/",
    "http://example.com/",
    "https://name:password@example.com/",
    "ftp://example.com/",
    "gopher://example.com/",
    "file:///etc/passwd",
    "https://",
    "",
  ])("is refused however it is written: %s", async (url) => {
    await refused(url);
  });

  it("is refused when it is localhost, wherever that leads, and when it has no address", async () => {
    await refused("https://localhost./", leading("127.0.0.1"));
    await expect(targetOf("https://nowhere.test", leading(), false)).rejects.toMatchObject({
      code: "name_not_found",
      final: false,
    });
  });

  it("is this machine where the project allows it, and nothing else of the network", async () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]"])
      expect((await targetOf(`http://${host}:8080/`, leading(), true)).port).toBe(8080);
    await refused("http://example.com/", leading("8.8.8.8"), true);
    await refused("https://127.0.0.2/", leading(), true);
    await refused("https://example.com/", leading("127.0.0.1"), true);
  });
});
