import type { ServerResponse } from 'node:http';
import type { World } from '../world.ts';

/** Sends everything that happens as server-sent events, one JSON each, until the listener leaves or the sandbox closes. */
export function streamEvents({ events, settings, closing }: World, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.write(': hello\n\n');
  const stop = events.listen((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
  const ping = setInterval(() => response.write(': ping\n\n'), settings.times.ping);
  const end = () => {
    stop();
    response.end();
  };
  closing.addEventListener('abort', end);
  response.once('close', () => {
    stop();
    clearInterval(ping);
    closing.removeEventListener('abort', end);
  });
}
