import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long a call is waited for, in ms. */
const NEXT_MS = 10_000;

/** One call of the Bot API on its way to the sandbox. */
export interface TappedCall {
  method: string;
  /** When its request began to arrive, on the clock of `performance.now()`. */
  at: number;
}

/** Stands before the sandbox and notes when which call came; nothing else is changed. */
export interface Tap {
  /** What the hub takes for Telegram. */
  url: string;
  calls: TappedCall[];
  /** Resolves with the next call of this method that comes from now on; throws when none comes in time. */
  next(method: string): Promise<TappedCall>;
  close(): Promise<void>;
}

/** A tap on the way to `target`. */
export async function openTap(target: string): Promise<Tap> {
  const calls: TappedCall[] = [];
  const waiters: { method: string; resolve: (call: TappedCall) => void }[] = [];
  const server = createServer((request, response) => {
    const call = { method: request.url?.split('/').at(-1) ?? '', at: performance.now() };
    calls.push(call);
    for (const waiter of waiters.filter(({ method }) => method === call.method)) {
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.resolve(call);
    }
    const { method, headers } = request;
    const onward = ask(
      new URL(request.url ?? '/', target),
      { method, headers: { ...headers, host: new URL(target).host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    next: (method) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${method} came within ${NEXT_MS / 1000} s`)), NEXT_MS);
        waiters.push({
          method,
          resolve: (call) => {
            clearTimeout(late);
            resolve(call);
          },
        });
      }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
