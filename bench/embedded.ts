import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileConfig } from '#src/cli/config.ts';
import { createHouse } from '#src/cli/house.ts';
import { Secret } from '#src/kit/secret.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createLog } from '#src/log.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import type { Row } from './table.ts';
import { quantiles } from './table.ts';

const TIMES = 200;
const TOKEN = '4242424242:bench-token-of-the-sandbox';

/** Hub, SQLite and agent in one process: from the update in the hub's hands to the verdict on its way to Telegram, for a read that does next to nothing; and the calls it takes. */
export async function embedded(): Promise<Row[]> {
  const state = await mkdtemp(join(tmpdir(), 'nightguard-bench-'));
  const sandbox = await createSandbox({ port: 0, token: TOKEN, limits: false });
  const stamps: { got: number; sent: number }[] = [];
  let calls = 0;
  const house = await createHouse({
    config: FileConfig.parse({
      operators: [{ id: 1001, name: 'Ada', role: 'admin' }],
      node: { name: 'local', policy: [{ operations: ['*'] }] },
    }),
    state,
    telegram: { token: new Secret(TOKEN), apiRoot: sandbox.url },
    log: createLog({ level: 'silent', secrets: [] }),
    between: {
      ledger: (ledger) => ledger,
      journal: (journal) => journal,
      tools: (tools) => tools,
      bot: (bot) =>
        bot.api.config.use(async (call, method, payload, signal) => {
          if (method === 'sendMessage') {
            const open = stamps.at(-1);
            if (open) open.sent ||= performance.now();
          }
          if (method !== 'getUpdates') calls += 1;
          const answer = await call(method, payload, signal);
          if (method === 'getUpdates' && answer.ok && Array.isArray(answer.result) && answer.result.length > 0)
            stamps.push({ got: performance.now(), sent: 0 });
          return answer;
        }),
    },
  });
  await house.start();
  calls = 0;
  for (let n = 0; n < TIMES; n += 1) {
    const body = JSON.stringify({ chat: 1001, from: 1001, text: '/status' });
    await fetch(`${sandbox.url}/sandbox/say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await waitUntil(() => (stamps.length === n + 1 && (stamps[n]?.sent ?? 0) > 0 ? true : undefined), {
      withinMs: 5_000,
      everyMs: 2,
      what: 'a verdict',
    });
  }
  await house.stop();
  await sandbox.close();
  await rm(state, { recursive: true });
  const { p50, p99 } = quantiles(stamps.slice(20).map(({ got, sent }) => sent - got));
  return [
    { what: 'command to verdict, p50', unit: 'ms', value: p50, budget: { most: 10 } },
    { what: 'command to verdict, p99', unit: 'ms', value: p99, budget: { most: 25 } },
    { what: 'Telegram calls per quick read', unit: 'calls', value: calls / TIMES, budget: { most: 2 } },
  ];
}
