import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Knock, Reply } from '#src/hub/web/http.ts';
import { send as answer, knockOf as knock } from '#src/hub/web/http.ts';
import { pass } from '../passing.ts';

/** As it is. */
export function knockOf(request: IncomingMessage, bodyMs: number, signal: AbortSignal): Knock {
  return knock(request, bodyMs, signal);
}

/** The real answer with points around it when it is Telegram who gets it: `after` is when the system has it. */
export function send(response: ServerResponse, reply: Reply, isLast: boolean): void {
  const isUpdate = response.req.url === '/telegram';
  if (isUpdate) {
    pass('webhook.answer:before');
    response.once('finish', () => pass('webhook.answer:after'));
  }
  answer(response, reply, isLast);
}
