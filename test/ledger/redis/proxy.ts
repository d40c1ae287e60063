import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a server that can be made slow, and that counts how often the client had to speak. */
export interface Proxy {
  port: number;
  /** How much later each answer arrives; Infinity holds them all back until it changes. */
  slow(delayMs: number): void;
  /** What comes on the connections of now leads nowhere from now on, and nobody is told. */
  deafen(): void;
  /** How many connections there are. */
  connections(): number;
  /** How often a client has spoken after it had heard all that it knew: one for each round trip. */
  trips(): number;
}

/** A proxy on a free port of loopback; it is gone when the test is over. */
export async function startProxy(to: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let held: (() => void)[] = [];
  let trips = 0;
  let generation = 0;

  const pass = (client: Socket, chunk: Buffer) => {
    const send = () => void (client.destroyed || client.write(chunk));
    if (delayMs === Number.POSITIVE_INFINITY) held.push(send);
    else setTimeout(send, delayMs);
  };
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    let hasHeard = true;
    const born = generation;
    client.on('data', (chunk) => {
      if (born !== generation) return;
      if (hasHeard) trips += 1;
      hasHeard = false;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      hasHeard = true;
      pass(client, chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  return {
    port: (server.address() as AddressInfo).port,
    slow: (ms) => {
      delayMs = ms;
      const sends = held;
      held = [];
      for (const send of sends) send();
    },
    connections: () => sockets.size / 2,
    trips: () => trips,
    deafen: () => {
      generation += 1;
    },
  };
}
