import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { NodeConfig } from '#src/agent/config.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createAgent } from '#src/agent/main.ts';
import { createToolbox } from '#src/agent/toolbox.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { defineOperation } from '#src/operation/define.ts';
import { makeKeys } from '#src/wire/keys.ts';
import type { Order } from '#src/wire/order.ts';
import { seal } from '#src/wire/seal.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

/** An agent that died after it had accepted the job `a`, and starts again with what the hub has sent meanwhile. */
async function restarted(sent: Order[], { away = false } = {}) {
  const state = await temporaryFolder();
  const [keys, hubKeys] = [await makeKeys(), await makeKeys()];
  const log = pino({ level: 'silent' });
  const file = createSqliteLedger({ file: join(state, 'ledger.db') });
  const gone = async () => Promise.reject(new Error('gone'));
  const ledger = away ? { ...file, orders: gone, cursor: gone, setBeacon: gone } : file;
  const sealed = seal({ name: 'hub', keys: hubKeys }, { name: 'alpha', key: keys.public });
  for (const [index, body] of sent.entries()) {
    const token = await sealed('order', { jti: `o${index}`, body, at: Date.now(), lifeS: 60 });
    await file.send([{ node: 'alpha', job: `o${index}`, token }]);
  }
  const ran: string[] = [];
  const operation = defineOperation({
    ...{ name: 'change', version: 1, summary: 'Change it', role: 'operator', risk: 'change', timeout: '5s' },
    needs: [],
    params: z.strictObject({}),
    result: z.object({}),
    steps: { act: { title: 'Act', kind: 'once' } },
    plan: async () => ({ facts: [], binds: 'now' }),
    before: async () => ({}),
    async run({ step }) {
      await step('act', async () => void ran.push('act'));
      return {};
    },
    verify: async () => ({ verdict: 'verified applied', because: 'seen' }),
    report: () => ({ tone: 'ok', title: 'changed' }),
  });
  const journal = createJournal({ file: ':memory:', now: Date.now });
  journal.accept('a', { ...ASKED, kind: 'run', operation: 'change', version: 1, input: {} }, Date.now() + 60_000);
  const config = NodeConfig.parse({ name: 'alpha', environment: 'dev', policy: [{ operations: ['*'] }] });
  const toolbox = createToolbox({ config, state, self: [], ledger, telegramUrl: 'http://127.0.0.1:1', log });
  const agent = createAgent({
    ...{ config, release: '0.1.0', keys, hub: { name: 'hub', key: hubKeys.public }, ledger, journal, log },
    ...{ catalog: createCatalog([{ file: 'change.ts', operation }]), tools: toolbox.tools, now: Date.now },
  });
  onTestFinished(async () => {
    await agent.stop();
    await toolbox.close();
    journal.close();
    await file.close();
  });
  await agent.start();
  const ended = await waitUntil(() => journal.ended('a') && journal.unsent(0, 99).map(({ saying }) => saying), {
    ...{ withinMs: 5_000, everyMs: 5, what: 'the end of the job' },
  });
  return { ran, ended };
}

const ASKED = { v: 1, operator: 7 } as const;

test('an agent that starts again hears what was cancelled meanwhile before it begins what it had accepted', async () => {
  const { ran, ended } = await restarted([{ ...ASKED, kind: 'cancel', job: 'a', by: 'Ada' }]);
  expect(ran).toEqual([]);
  expect(ended.at(-1)).toMatchObject({ verdict: 'refused' });
});

test('and so with a lockdown', async () => {
  const lockdown = { id: 'l1', at: 0, operator: 7, by: 'Ben' };
  const { ran, ended } = await restarted([{ v: 1, kind: 'lockdown', lockdown }]);
  expect(ran).toEqual([]);
  expect(ended.at(-1)).toMatchObject({ verdict: 'refused' });
});

test('a ledger that is away keeps nothing from beginning', async () => {
  expect((await restarted([], { away: true })).ran).toEqual(['act']);
});
