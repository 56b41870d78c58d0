import { connect, createServer, type Socket } from 'node:net';

/** A line between one replica and the sandbox that sees when a write passes. */
export interface Wire {
  readonly origin: string;
  /** Cuts what is connected now: the kernel takes longer to close the sockets of a killed process than a write takes. */
  cut(): void;
  close(): Promise<void>;
}

const write = /"CmdletName":"(?:New|Set|Add|Remove|Enable|Disable)-/;

/**
 * Passes bytes on to `target` unchanged; `onWrite` is called when a request that writes has been passed on. A client
 * that dies is gone at the other end too, at once.
 */
export async function startWire(target: string, onWrite: () => void): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const service = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => undefined);
      one.on('end', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      service.write(chunk);
      if (write.test(chunk.toString('latin1'))) onWrite();
    });
    service.on('data', (chunk) => client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    cut,
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
