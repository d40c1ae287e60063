import { expect, test } from 'vitest';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Message, Pressable } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN, CLEO, GROUP } from './house.ts';
import { asked, nothing, yes } from './question.ts';

const ONE = { alpha: { targets: ['web', 'db'] } };

test('a job that is at work is stopped with its button, verified, and ends in an honest verdict', async () => {
  const { fleet, hold } = await startHolding();
  const ada = fleet.chat(ADA);
  hold.at = 'act';
  const question = await asked(ada, '/hold alpha web');
  await ada.press(yes(question));
  const running = await ada.until('⏳ Act');
  expect(await ada.press(cancelOf(running))).toMatchObject({
    text: 'Asked alpha to stop it. The message of the job says when it has.',
  });
  const verdict = await ada.until('verified not applied');
  expect(verdict.message_id).toBe(question.message_id);
  expect(verdict.text).toContain('⚠️ alpha · Cancelled by Ada in the middle. Nothing came of it.');
  expect(buttonsOf(verdict).map(({ text }) => text)).toEqual(['Verify', 'Run again', 'Resolved']);
  const [job] = await fleet.jobs();
  expect(await fleet.ledger.audits(2)).toMatchObject([
    { decision: 'verified not applied', job: job?.id },
    { decision: 'cancel asked', operator: { name: 'Ada' }, node: 'alpha', operation: 'hold', job: job?.id },
  ]);
});

test('/cancel stops the only job of its chat, and between its steps it has failed', async () => {
  const { fleet, hold } = await startHolding();
  const [ada, group] = [fleet.chat(ADA), fleet.chat(ADA, GROUP)];
  hold.at = 'look';
  await ada.press(yes(await asked(ada, '/hold alpha web')));
  await fleet.job(({ state }) => state === 'accepted');
  expect((await group.ask('/cancel')).text).toBe('Nothing runs here. See /jobs');
  expect((await ada.ask('/cancel')).text).toBe(
    'Hold web on alpha: Asked alpha to stop it. The message of the job says when it has.',
  );
  expect((await ada.until(': failed')).text).toContain('Cancelled by Ada. What "Act" did stays.');
  const [job] = await fleet.jobs();
  expect((await ada.ask(`/cancel ${shortId(job?.id ?? '')}`)).text).toContain('It has ended already: failed.');
});

test('a job is cancelled by who asked and by admins, and of several one is chosen', async () => {
  const { fleet, hold } = await startHolding();
  const [ada, ben, cleo] = [fleet.chat(ADA, GROUP), fleet.chat(BEN, GROUP), fleet.chat(CLEO, GROUP)];
  hold.at = 'look';
  await ada.press(yes(await asked(ada, '/hold alpha web')));
  const forAda = await fleet.job(({ state }) => state === 'accepted');
  const id = shortId(forAda.id);
  const refusal = 'Only Ada, who asked, or an admin can cancel this.';
  expect((await ben.ask('/cancel')).text).toBe(refusal);
  expect((await cleo.ask(`/cancel ${id}`)).text).toBe(refusal);
  expect(await ben.press(cancelOf(await ada.until('Hold web on alpha')))).toMatchObject({ text: refusal });

  await ben.say('/hold alpha db');
  const second = await ben.until(/Ben has .+ to answer/);
  await ben.press(yes(second));
  const forBen = await fleet.job(({ input, state }) => input['target'] === 'db' && state === 'accepted');
  const list = await ada.ask('/cancel');
  expect(list.text).toBe('Which one?');
  expect(buttonsOf(list).map(({ text }) => text)).toEqual([
    `Hold db on alpha · ${shortId(forBen.id)}`,
    `Hold web on alpha · ${id}`,
  ]);
  expect((await ben.ask('/cancel')).text).toContain('Hold db on alpha: Asked alpha to stop it.');
  await fleet.job(({ id: each, verdict }) => each === forBen.id && verdict === 'failed');
  await ada.press(buttonsOf(list)[1] ?? nothing());
  await fleet.job(({ id: each, verdict }) => each === forAda.id && verdict === 'failed');
});

test('a job that is cancelled before it started never starts', async () => {
  const { fleet, hold, ran } = await startHolding();
  const ada = fleet.chat(ADA);
  hold.at = 'before';
  await ada.press(yes(await asked(ada, '/hold alpha web')));
  await fleet.job(({ state }) => state === 'accepted');
  await ada.ask('/cancel');
  expect((await ada.until(': refused')).text).toContain('Cancelled by Ada before it started. Nothing was done.');
  expect(ran).toEqual([]);
});

test('what is no job is answered with what to type', async () => {
  const { fleet } = await startHolding();
  const ada = fleet.chat(ADA);
  expect((await ada.ask('/cancel zzzzzz')).text).toBe('There is no job zzzzzz. See /jobs');
  expect((await ada.ask('/cancel ../..')).text).toBe(
    'Which one? Usage: /cancel <job>, or /cancel for what runs here. See /jobs',
  );
});

test('/audit tells admins who asked what and what came of it, newest first, and long ones come as a file', async () => {
  const { fleet } = await startHolding();
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  expect((await ben.ask('/audit')).text).toBe('/audit takes the role admin; you are here as operator. See /help');
  expect((await ada.ask('/audit')).text).toContain('Ben · refused · ');
  await ben.press(yes(await asked(ben, '/hold alpha web')));
  const job = await fleet.job(({ verdict }) => verdict === 'done');
  const told = await ada.ask('/audit alpha');
  const TIME = String.raw`\d+ \w{3} \d\d:\d\d`;
  expect(told.text?.split('\n')).toEqual([
    expect.stringMatching(/^\d lines about alpha, newest first$/),
    expect.stringMatching(
      new RegExp(`^${TIME} Ben · hold on alpha · done · job ${shortId(job.id)} · (\\d+|not sealed yet)$`),
    ),
    expect.stringMatching(
      new RegExp(`^${TIME} Ben · hold web on alpha · confirmed · job ${shortId(job.id)} · (\\d+|not sealed yet)$`),
    ),
    expect.stringMatching(new RegExp(`^${TIME} Ben · hold web on alpha · asked · (\\d+|not sealed yet)$`)),
  ]);
  expect((await ada.ask('/audit alhpa')).text).toBe('There is no node "alhpa". Did you mean alpha?');
  expect((await ada.ask('/audit alpha 1')).text?.split('\n')).toHaveLength(2);
  for (const _ of Array.from({ length: 10 })) await ben.ask('/status alpha');
  await waitUntil(async () => (await fleet.ledger.audits(50)).length >= 23 || undefined, {
    ...{ withinMs: 10_000, everyMs: 20, what: 'the audit' },
  });
  const long = await ada.ask('/audit 20');
  expect(long.text?.split('\n')).toHaveLength(17);
  expect(long.text).toContain('… all of it is in the file.');
  const file = await waitUntil(async () => (await ada.messages()).find(({ document }) => document), {
    ...{ withinMs: 5_000, everyMs: 15, what: 'the file' },
  });
  expect(file).toMatchObject({ document: { file_name: 'audit.txt' }, caption: '20 lines, newest first' });
});

/** A fleet with an operation, `hold`, that stays where the test says until it is told to stop. */
async function startHolding() {
  const hold = { at: 'nowhere' };
  const ran: string[] = [];
  const stay = async (place: string, signal: AbortSignal): Promise<void> => {
    if (hold.at !== place) return;
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason));
    await promise;
  };
  const operation = defineOperation({
    ...{ name: 'hold', version: 1, summary: 'Hold it', role: 'operator', risk: 'change', timeout: '1m' },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { act: { title: 'Act', kind: 'once' }, look: { title: 'Look', kind: 'read' } },
    question: ({ target }) => `Hold ${target}?`,
    plan: async () => ({ facts: [], binds: 'now' }),
    before: async ({ signal }) => await stay('before', signal),
    async run({ step, signal }) {
      for (const key of ['act', 'look'] as const)
        await step(key, async () => {
          ran.push(key);
          await stay(key, signal);
        });
      return {};
    },
    verify: async () => ({ verdict: 'verified not applied', because: 'Nothing came of it.' }),
    report: ({ params }) => ({ tone: 'ok', title: `${params.target} held` }),
  });
  return { fleet: await startFleet(ONE, { operations: [operation] }), hold, ran };
}

function cancelOf(message: Message): Pressable {
  return buttonsOf(message).find(({ data }) => data.startsWith('c:')) ?? nothing();
}
