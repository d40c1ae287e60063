import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';

/** Stands before a Redis; what would block there for long blocks so many times shorter. */
export interface Lapse {
  url: string;
  close(): Promise<void>;
}

/** A way to the Redis at `port` on which its time runs `speed` times as fast. */
export async function openLapse(port: number, speed: number): Promise<Lapse> {
  const hurried = (sent: string): string =>
    sent.replace(/(\$5\r\nBLOCK\r\n)\$\d+\r\n(\d+)\r\n/i, (_, block: string, ms: string) => {
      const short = String(Math.ceil(Number(ms) / speed));
      return `${block}$${short.length}\r\n${short}\r\n`;
    });
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    client.on('data', (chunk) => redis.write(hurried(chunk.toString('latin1')), 'latin1'));
    redis.pipe(client);
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
