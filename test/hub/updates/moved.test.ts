import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createBot } from '#src/hub/bot.ts';
import { HubConfig } from '#src/hub/config.ts';
import { createAdmins } from '#src/hub/telegram/admins.ts';
import { createMoved, moveOf, watchMoves } from '#src/hub/updates/moved.ts';
import { Secret } from '#src/kit/secret.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';

const [OLD, NEW, ADA, EVE, BEN] = [-100, -1_000_000_000_100, 1001, 1004, 1002];
const Sent = z.object({ chat_id: z.number(), text: z.string() });

test('the service messages of both groups tell of the move, and nothing else does', () => {
  const update = (message: object) => ({ update_id: 1, message: message as never });
  const both = { from: OLD, to: NEW };
  expect(moveOf(update({ chat: { id: OLD }, migrate_to_chat_id: NEW }))).toEqual(both);
  expect(moveOf(update({ chat: { id: NEW }, migrate_from_chat_id: OLD }))).toEqual(both);
  expect(moveOf(update({ chat: { id: OLD }, text: 'migrate_to_chat_id' }))).toBeUndefined();
  expect(moveOf({ update_id: 1 })).toBeUndefined();
});

test('a group that has become another one is told to the admins, once, and never followed', async () => {
  const { api, sent, moved, logged } = await setUp();
  for (const _ of [1, 2]) await expect(api.sendMessage(OLD, 'verdict')).rejects.toThrow('upgraded to a supergroup');
  await moved({ from: OLD, to: NEW });
  const told = sent.filter(({ chat_id }) => chat_id !== OLD);
  expect(told.map(({ chat_id }) => chat_id)).toEqual([ADA, EVE]);
  expect(told[0]?.text).toBe(
    `The group ${OLD} has become ${NEW}. I do not follow by myself: put ${NEW} in the place of ${OLD} in the configuration, under chats:, start me again, and add me there if I am gone. Until then I neither hear nor answer there.`,
  );
  expect(sent.filter(({ chat_id }) => chat_id === NEW)).toEqual([]);
  expect(logged.filter((line) => line.includes('has become'))).toHaveLength(1);
});

test('a group that is not on the list is nobody’s business', async () => {
  const { sent, moved } = await setUp();
  await moved({ from: -555, to: NEW });
  expect(sent).toEqual([]);
});

/** A Bot API that takes messages to people, and says of the old group what Telegram says. */
async function setUp() {
  const sent: z.infer<typeof Sent>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = Sent.parse(JSON.parse(Buffer.concat(chunks).toString()));
      sent.push(message);
      const refusal = {
        ...{ ok: false, error_code: 400, parameters: { migrate_to_chat_id: NEW } },
        description: 'Bad Request: group chat was upgraded to a supergroup chat',
      };
      const answer = message.chat_id === OLD ? refusal : { ok: true, result: { message_id: 1 } };
      response.writeHead(answer.ok ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await ledger.close();
  });
  const { port } = server.address() as AddressInfo;
  const { api } = createBot({ token: new Secret('1:x'), apiRoot: `http://127.0.0.1:${port}` });
  const logged: string[] = [];
  const config = HubConfig.parse({
    chats: [OLD],
    operators: [
      { id: ADA, name: 'Ada', role: 'admin' },
      { id: BEN, name: 'Ben', role: 'operator' },
      { id: EVE, name: 'Eve', role: 'admin' },
    ],
  });
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const moved = createMoved({ admins: createAdmins({ api, config, ledger, now: Date.now, log }), config, ledger, log });
  api.config.use(watchMoves(moved));
  return { api, sent, moved, logged };
}
