import { expect, test } from 'vitest';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import type { Message } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO } from './house.ts';
import { asked, nothing, yes } from './question.ts';

/** An operation that never comes back from its one step, so that its end is looked at against the image from before. */
function stuck() {
  const world = { count: 1, seen: [] as unknown[] };
  const operation = defineOperation({
    ...{ name: 'turn', version: 1, summary: 'Turn it', role: 'operator', risk: 'change', timeout: '50ms' },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { turn: { title: 'Turn it', kind: 'once' } },
    question: ({ target }) => `Turn ${target}?`,
    plan: async () => ({ facts: [], binds: '' }),
    before: async () => ({ count: world.count }),
    run: async ({ step, signal }) => await step('turn', async () => await aborted(signal)),
    verify: async ({ before, looksOnly }) => {
      world.seen.push([before.count, looksOnly]);
      if (world.count === before.count) return { verdict: 'needs human', because: 'Nothing is to be seen yet.' };
      return { verdict: 'verified applied', because: `It was ${before.count} and is ${world.count}.` };
    },
    report: () => ({ tone: 'ok', title: 'turned' }),
  });
  return { operation, world };
}

const aborted = async (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason));
  return await promise;
};

const labelled = (message: Message, label: string) =>
  buttonsOf(message).find(({ text }) => text === label) ?? nothing();

test('a job that ended in doubt is looked at again, asked for again, and resolved by name, with buttons or in words', async () => {
  const { operation, world } = stuck();
  const fleet = await startFleet({ alpha: { targets: ['web'] } }, { operations: [operation] });
  const ada = fleet.chat(ADA);
  const question = await asked(ada, '/turn alpha web');
  await ada.press(yes(question));
  const id = question.message_id;
  const doubt = await ada.edited(id, /needs human/);
  expect(buttonsOf(doubt).map(({ text }) => text)).toEqual(['Verify', 'Run again', 'Resolved']);
  const job = /job (\w+)/.exec(doubt.text ?? '')?.[1];

  expect(await ada.press(labelled(doubt, 'Verify'))).toMatchObject({
    text: 'alpha looks. The message of the job says what it finds.',
  });
  await ada.edited(id, /Looked again at \d\d:\d\d:\d\d: needs human\. Nothing is to be seen yet\./);
  world.count = 5;
  await ada.say(`/verify ${job}`);
  const found = await ada.edited(id, /Looked again at .*: verified applied\. It was 1 and is 5\./);
  expect(found.text).toContain('Turn web on alpha: needs human');
  // The first of them was no second look, and could bring it to an end.
  expect(world.seen).toEqual([
    [1, false],
    [1, true],
    [1, true],
  ]);

  await ada.press(labelled(found, 'Run again'));
  const again = await ada.until(/Turn web\? on alpha · stage\n[\s\S]* to answer\.$/);
  expect(again.message_id).not.toBe(id);
  await ada.say(`/again ${job}`);
  const third = await waitUntil(async () => (await ada.showing(/Turn web\? on alpha/)).at(1), {
    ...{ withinMs: 20_000, everyMs: 15, what: 'the third question' },
  });
  expect(buttonsOf(third).map(({ text }) => text)).toEqual(['Turn web', 'Cancel']);

  expect((await fleet.chat(CLEO).ask(`/resolved ${job}`)).text).toContain('takes the role operator');
  expect((await fleet.chat(BEN).ask(`/resolved ${job}`)).text).toBe('Noted: it is settled.');
  const settled = await ada.edited(id, /☑️ Resolved by Ben at \d\d:\d\d:\d\d$/);
  expect(buttonsOf(settled)).toEqual([]);
  expect(await ada.press(labelled(found, 'Resolved'))).toMatchObject({ text: 'Somebody has said so before.' });
  const decisions = (await fleet.ledger.audits(50)).map(({ operator, decision }) => `${operator?.name} ${decision}`);
  expect(decisions.filter((each) => each.includes('verify') || each.includes('resolved'))).toEqual([
    'Ben resolved',
    'Ada verify asked',
    'Ada verify asked',
  ]);
});

test('what is not in doubt cannot be settled', async () => {
  const fleet = await startFleet({ alpha: { targets: ['web'] } });
  const ada = fleet.chat(ADA);
  const done = await ada.ask('/health alpha');
  const job = /job (\w+)/.exec((await ada.edited(done.message_id, /job \w+/)).text ?? '')?.[1];
  expect((await ada.ask(`/verify ${job}`)).text).toMatch(/^There is no doubt about it: done\. See \/job/);
  expect((await ada.ask('/resolved')).text).toBe('Which one? Usage: /resolved <job>. See /jobs');
});
