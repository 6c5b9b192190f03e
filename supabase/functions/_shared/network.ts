/** A TCP connection, with TLS or without. */
export type Connection = {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  close(): void;
};

/** The network below `fetch`, for those who have to know which address they talk to. */
export type Network = {
  /** The addresses of a name, of both versions of IP. None when there is no such name. */
  resolve(name: string): Promise<string[]>;
  /** Connects to an address. With a host's name, by TLS, whose certificate has to be that host's. */
  connect(to: { address: string; port: number; tlsName: string | null }): Promise<Connection>;
};
