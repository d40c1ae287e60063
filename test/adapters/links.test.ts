import { expect, test } from 'vitest';
import { createLinks } from '#src/adapters/links.ts';
import { patience } from './temporary.ts';
import { webServer } from './webServer.ts';

const nowhere = 'http://127.0.0.1:1';
const fine = async () => {};

test('the ledger is timed by one ping', async () => {
  const pings: string[] = [];
  const links = createLinks({ ledgerPing: async () => void pings.push('ping'), telegramUrl: nowhere });
  expect(await links.ledger(patience())).toBeGreaterThanOrEqual(0);
  expect(pings).toEqual(['ping']);
});

test('a ledger that fails is unreachable, the error behind it is kept', async () => {
  const cause = new Error('connect ECONNREFUSED');
  const links = createLinks({ ledgerPing: () => Promise.reject(cause), telegramUrl: nowhere });
  await expect(links.ledger(patience())).rejects.toMatchObject({
    code: 'unreachable',
    message: 'The ledger cannot be reached from this node: the connection failed.',
    cause,
  });
});

test('a ping that hangs ends with the signal', async () => {
  const links = createLinks({ ledgerPing: () => new Promise(() => {}), telegramUrl: nowhere });
  const cancel = new AbortController();
  const asked = links.ledger(cancel.signal);
  cancel.abort();
  await expect(asked).rejects.toThrow('aborted');
});

test('any answer of Telegram counts, and nothing of the address but its origin is sent', async () => {
  const asked: (string | undefined)[] = [];
  const url = await webServer((request, response) => {
    asked.push(request.url);
    response.writeHead(404).end();
  });
  const links = createLinks({ ledgerPing: fine, telegramUrl: `${url}/bot123:secret/getMe?x=secret` });
  expect(await links.telegram(patience())).toBeGreaterThan(0);
  expect(asked).toEqual(['/']);
});

test('a Telegram that cannot be reached is named by its host alone', async () => {
  const links = createLinks({ ledgerPing: fine, telegramUrl: `${nowhere}/bot123:secret` });
  await expect(links.telegram(patience())).rejects.toMatchObject({
    code: 'unreachable',
    message: '127.0.0.1:1 cannot be reached from this node: connection refused.',
  });
});
