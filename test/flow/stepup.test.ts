import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, stepAt } from '#src/agent/approver/totp.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { startRedis } from '../fixtures/redis.ts';
import { SEAL } from '../ledger/redis/opened.ts';
import type { FleetOptions } from './fleet.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, GROUP } from './house.ts';
import { asked, yes } from './question.ts';

const SEEDS: Record<number, Buffer> = {
  [ADA]: Buffer.from('ada: 20 bytes of her'),
  [BEN]: Buffer.from('ben: 20 bytes of his'),
};
// Policy files are believed when another user than the agent's owns them, or the agent is root.
const isRoot = process.geteuid?.() === 0;

/** The code that somebody's app shows now, or some steps away. */
function code(of: typeof ADA | typeof BEN, off = 0): string {
  return codeOf(SEEDS[of] ?? Buffer.alloc(0), stepAt(Date.now()) + off);
}

/** Six digits that are not Ada's code around now. */
function wrong(salt = 0): string {
  const right = [-2, -1, 0, 1, 2].map((off) => code(ADA, off));
  const all = Array.from({ length: 9 }, (_, n) => String(100_000 + salt + n));
  return all.find((each) => !right.includes(each)) ?? '';
}

/** Alpha is prod and asks for a step-up of Ada or Ben; vault verifies. */
async function setUp(require = '{ proof: stepup }', options: FleetOptions = {}, vaultAgo?: number) {
  const rules = `rules:\n  - { operations: [health] }\n  - { operations: [restart], operators: [${ADA}, ${BEN}], require: ${require} }\n`;
  const people = [ADA, BEN].map((operator) => ({
    ...{ operator, name: operator === ADA ? 'Ada' : 'Ben', addedAt: 0 },
    seed: new Uint8Array(SEEDS[operator] ?? []),
  }));
  const fleet = await startFleet(
    {
      alpha: {
        ...{ environment: 'prod', targets: ['web'] },
        policyText: (keyOf) => `${rules}approver: { name: vault, key: ${keyOf('vault')} }\n`,
      },
      vault: { people, ...(vaultAgo === undefined ? {} : { ago: vaultAgo }) },
    },
    options,
  );
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  const question = async (chat = ada) => {
    const shown = await asked(chat, '/restart alpha web');
    const pressed = await chat.press(yes(shown));
    return { id: shown.message_id, pressed };
  };
  return { fleet, ada, ben, question };
}

test.skipIf(!isRoot)('a restart of a prod workload with a code from the chat, over Redis', async () => {
  const server = await startRedis();
  const seen: string[] = [];
  const spy = new Redis(server.url);
  const monitor = await spy.monitor();
  monitor.on('monitor', (_, args: string[]) => void seen.push(args.join(' ')));
  onTestFinished(() => {
    monitor.disconnect();
    spy.disconnect();
  });
  const { fleet, ada, question } = await setUp(undefined, {
    ledger: createRedisLedger({ url: server.url, seal: SEAL }),
  });
  const { pressed } = await question();
  expect(pressed).toMatchObject({ text: 'Now type the code of your authenticator in our private chat.' });
  await ada.until('Ada, type the code of your authenticator here.');
  expect(await fleet.jobs()).toEqual([]);
  const typed = code(ADA);
  const message = await ada.say(`${typed.slice(0, 3)} ${typed.slice(3)}`);
  await ada.until('restarted and running');
  expect(await fleet.jobs()).toMatchObject([{ verdict: 'done', node: 'alpha' }]);
  expect((await ada.messages()).some(({ message_id }) => message_id === message)).toBe(false);
  const dump = (await Promise.all((await spy.keys('*')).map((key) => spy.dumpBuffer(key)))).map(String).join('');
  for (const text of [fleet.logged.join(''), seen.join(''), dump]) {
    // Not as part of a time, whose digits may be these by chance.
    expect(text).not.toMatch(new RegExp(`(?<!\\d)${typed.slice(0, 3)} ?${typed.slice(3)}(?!\\d)`));
  }
  expect(seen.length).toBeGreaterThan(20);
});

test.skipIf(!isRoot)(
  'a wrong code says how many tries are left, a used one and a locked person how it goes on',
  async () => {
    const { fleet, ada, question } = await setUp();
    const first = await question();
    await ada.say('12345');
    await ada.until('A code has six digits.');
    await ada.say(wrong());
    await ada.edited(first.id, /That was not the code; 4 tries are left\. Ada, type/);
    await ada.say(code(ADA));
    await ada.until('restarted and running');
    const second = await question();
    await ada.say(code(ADA, -1));
    await ada.edited(second.id, /That code has been used: wait for the next one\./);
    for (let n = 1; n <= 5; n += 1) {
      await ada.say(wrong(n * 10));
      await ada.edited(
        second.id,
        n < 5 ? new RegExp(`; ${5 - n} (try is|tries are) left`) : /nightguard approver unlock 1001/,
      );
    }
    await ada.say(code(ADA, 1));
    await waitUntil(async () => (await fleet.calls('deleteMessage')).length === 10 || undefined, {
      ...{ withinMs: 10_000, everyMs: 15, what: 'ten deleted messages' },
    });
    expect(await fleet.jobs()).toHaveLength(1);
    expect((await ada.messages()).filter(({ from, text }) => from?.id === ADA && /\d{6}/.test(text ?? ''))).toEqual([]);
  },
);

test.skipIf(!isRoot)('where a second person has to say yes, each types a code of their own', async () => {
  const { fleet, ada, ben, question } = await setUp('{ proof: stepup, approvers: 1 }');
  await question();
  await ada.say(code(ADA));
  const copy = await ben.until('Still missing: Ben');
  await ben.press({ ...yes(copy), message: copy.message_id });
  await ben.until('Ben, type the code of your authenticator here.');
  expect(await fleet.jobs()).toEqual([]);
  // Ada's next code is not Ben's.
  await ben.say(code(ADA, 1));
  await ben.until('That was not the code; 4 tries are left. Ben, type');
  await ben.say(code(BEN));
  await ada.until('restarted and running');
  expect(await fleet.jobs()).toMatchObject([{ verdict: 'done' }]);
});

test.skipIf(!isRoot)(
  'in a group the person is sent to the private chat, and a code in the group is not used',
  async () => {
    const { fleet, ada, question } = await setUp();
    const group = fleet.chat(ADA, GROUP);
    const { id } = await question(group);
    const shown = await ada.until('Ada, type the code of your authenticator here.');
    expect(shown.text).toContain('PROD');
    // In a group the bot hears answers to itself alone.
    await group.say(code(ADA), { reply_to: id });
    await group.until('Not here: others may have read it.');
    expect(await fleet.jobs()).toEqual([]);
    await ada.say(code(ADA));
    await group.until('restarted and running');
  },
);

test.skipIf(!isRoot)('an approver that is away is said, and nothing is queued', async () => {
  const { fleet, ada, question } = await setUp(undefined, { config: { approver: 'vault' } }, 3_600_000);
  await question();
  await ada.say(code(ADA));
  const said = await ada.until('vault, which verifies codes, ');
  expect(said.text).toContain('Nothing was queued');
  expect(await fleet.ledger.orders('vault', '0', 0, new AbortController().signal)).toEqual([]);
  expect((await fleet.calls('deleteMessage')).length).toBe(1);
});

test.skipIf(!isRoot)('six digits that no question waits for are words like others', async () => {
  const { fleet, ada } = await setUp();
  expect((await ada.ask('123456')).text).toContain('I take commands');
  expect(await fleet.calls('deleteMessage')).toEqual([]);
});

test.skipIf(!isRoot)('a code that is typed too early is deleted and becomes no reason', async () => {
  const { fleet, ada, ben } = await setUp('{ proof: stepup, reason: true }');
  const shown = await asked(ada, '/restart alpha web');
  const early = code(ADA);
  await ada.say(early);
  await ada.until('The code comes after your yes: press first.');
  await ada.press(yes(shown));
  await ada.say(`${early.slice(0, 3)} ${early.slice(3)}`);
  await ada.until('The code comes last: first type the reason, in words.');
  expect((await ben.ask('123456')).text, 'who is not asked types what he likes').toContain('I take commands');
  expect((await fleet.calls('deleteMessage')).length).toBe(2);
  await ada.say('the disk is full');
  await ada.until('Ada, type the code of your authenticator here.');
  await ada.say(code(ADA));
  await ada.until('restarted and running');
  expect(await fleet.jobs()).toMatchObject([{ verdict: 'done', reason: 'the disk is full' }]);
  expect(JSON.stringify(await fleet.ledger.audits(99))).not.toContain(early);
});
