import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** The way from one process to Redis, which can be cut. */
export interface Cable {
  port: number;
  /** Nothing comes through any more, and nobody is told: connections stay as they are, new ones hear nothing. */
  cut(): void;
  /** What was on its way is lost: connections end, new ones come through. */
  mend(): void;
  close(): Promise<void>;
}

/** A cable from a free port of loopback to another port there. */
export async function layCable(to: number): Promise<Cable> {
  const ends = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    ends.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => ends.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [here, there] of [
      [near, far],
      [far, near],
    ] as const) {
      keep(here);
      here.on('data', (bytes) => void (isCut || there.write(bytes)));
      here.on('close', () => there.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      for (const socket of ends) socket.destroy();
    },
    async close() {
      for (const socket of ends) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
