import { Context } from 'grammy';
import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createBot } from '#src/hub/bot.ts';
import { HubConfig } from '#src/hub/config.ts';
import { membership } from '#src/hub/features/membership.ts';
import { judgeUpdate } from '#src/hub/updates/gate.ts';
import { Secret } from '#src/kit/secret.ts';
import { botOf } from '#src/sandbox/people.ts';
import { ADA, closeAll, GROUP, MALLORY, startSandbox, TOKEN } from '../../sandbox/fixture.ts';

const CHATS = {
  group: { id: GROUP, type: 'supergroup', title: 'ops' },
  channel: { id: -1009, type: 'channel', title: 'news' },
  private: { id: ADA, type: 'private', first_name: 'Ada' },
} as const;

afterEach(closeAll);

const change = (chat: keyof typeof CHATS, status: string): Update =>
  ({
    update_id: 1,
    my_chat_member: {
      chat: CHATS[chat],
      from: { id: MALLORY, is_bot: false, first_name: 'Mallory' },
      date: 1,
      old_chat_member: { status: 'left', user: botOf(TOKEN) },
      new_chat_member: { status, user: botOf(TOKEN) },
    },
  }) as unknown as Update;

test.each([
  ['group', 'member', true],
  ['group', 'administrator', true],
  ['group', 'restricted', true],
  ['channel', 'administrator', true],
  ['group', 'left', false],
  ['group', 'kicked', false],
  ['private', 'member', false],
  ['private', 'kicked', false],
] as const)('being %s: %s in a chat that is not on the list: leave is %s', (chat, status, leave) => {
  const ruling = judgeUpdate(change(chat, status), HubConfig.parse({}));
  expect(ruling).toEqual({ kind: 'membership', chat: CHATS[chat].id, by: MALLORY, status, leave });
});

test('a chat on the list is a place to stay', () => {
  const ruling = judgeUpdate(change('group', 'member'), HubConfig.parse({ chats: [GROUP] }));
  expect(ruling).toMatchObject({ kind: 'membership', leave: false });
});

test('a group that is not on the list is left, and the log says who put the bot there', async () => {
  const { sandbox, calls } = await startSandbox();
  const bot = createBot({ token: new Secret(TOKEN), apiRoot: sandbox.url });
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const update = change('group', 'member');
  const ruling = judgeUpdate(update, HubConfig.parse({}));
  if (ruling.kind !== 'membership') throw new Error('it is a membership');
  await membership(new Context(update, bot.api, botOf(TOKEN)), ruling, log);
  expect(await calls()).toMatchObject([{ method: 'leaveChat', status: 200 }]);
  expect(logged.join('')).toContain(`"by":${MALLORY}`);
});
