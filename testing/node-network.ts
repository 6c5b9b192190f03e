import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import type { Network } from "../supabase/functions/_shared/network.ts";

/** The network of the functions, in Node. `names`: where names lead; others lead nowhere. */
export function nodeNetwork(names: Record<string, string[]> = {}, authority?: string): Network {
  return {
    resolve: async (name) => names[name] ?? [],
    async connect({ address, port, tlsName }) {
      const socket =
        tlsName === null
          ? net.connect({ host: address, port })
          : tls.connect({ host: address, port, servername: tlsName, ...(authority && { ca: authority }) });
      await new Promise<void>((resolve, reject) => {
        socket.once(tlsName === null ? "connect" : "secureConnect", () => resolve());
        socket.once("error", reject);
      });
      socket.on("error", () => {});
      const { readable, writable } = Duplex.toWeb(socket) as { readable: ReadableStream; writable: WritableStream };
      return { readable, writable, close: () => void socket.destroy() };
    },
  };
}
