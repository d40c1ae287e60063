import { describe, expect, test } from 'vitest';
import type { Input } from '#src/operation/args.ts';
import { startRedis } from '../../fixtures/redis.ts';
import {
  sampleAlert,
  sampleAsk,
  sampleAudit,
  sampleFold,
  sampleHandling,
  sampleJob,
  samplePost,
  samplePress,
  sampleQuestion,
  T0,
  tell,
} from '../samples.ts';
import { readAll } from './dump.ts';
import { openLedger, REDIS } from './opened.ts';

const MIA = { id: 424_242_777, name: 'Mia Canarini' };
const CHAT = -100_987_654_321;
const MESSAGE = 77_001_234;
const INPUT: Input = { target: 'canary-workload', grep: 'parameter-canary' };
const OUTPUT = { tone: 'ok' as const, title: 'title-canary', facts: [], buttons: [] };

describe.skipIf(REDIS.isMissing)(`a server that reads all it is given ${REDIS.name}`, () => {
  test('finds no parameter, output, name, chat or person in it', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    const audit = [
      sampleAudit({ operator: MIA, chat: CHAT, input: INPUT, decision: 'asked', because: 'reason-canary' }),
    ];
    const job = sampleJob({ id: 'j1', operator: MIA, input: INPUT, note: 'note-canary' });
    const question = sampleQuestion({ chat: CHAT, replyTo: MESSAGE }, { operator: MIA, input: INPUT });
    await ledger.ask({ ...question, intent: `message ${CHAT} ${MESSAGE} 1`, audit });
    await tell(ledger, { post: 'p1', message: MESSAGE, extras: ['ring'] });
    const press = samplePress({ operator: MIA.id, chat: CHAT, message: MESSAGE, jobs: [job], orders: [], audit });
    expect(await ledger.press(press)).toBe('taken');
    const alert = sampleAlert({ posts: ['p2'], fingerprint: 'workload canary-workload', reply: OUTPUT });
    const done = { ...job, state: 'ended' as const, verdict: 'done' as const, reply: OUTPUT };
    const posts = [samplePost({ id: 'p2', chat: CHAT, alert: 'a1', message: MESSAGE + 1 })];
    expect(await ledger.fold({ ...sampleFold('0'), jobs: [done], alerts: [alert], posts, audit })).toBe(true);
    const handling = sampleHandling({ fingerprint: alert.fingerprint, operator: MIA });
    await ledger.handle({ alert: 'a1', handling, audit });
    await ledger.raise({ alert: { ...alert, id: 'a2', posts: [] }, posts: [], audit });
    await ledger.ask({ ...sampleAsk('3', ['alpha'], { chat: CHAT }), audit });
    await ledger.remember(`draft ${CHAT}:0:${MIA.id}`, 'draft-canary');
    await ledger.audit(audit);

    const all = await readAll(server);
    const planted = [MIA.id, MIA.name, 'Canarini', CHAT, Math.abs(CHAT), MESSAGE, MESSAGE + 1, 'canary'].map(String);
    expect(planted.filter((each) => all.includes(each))).toEqual([]);

    expect(await ledger.story('p1')).toMatchObject({ post: { chat: CHAT, message: MESSAGE }, jobs: [done] });
    expect(await ledger.story('p2')).toMatchObject({ alert, handling, post: { message: MESSAGE + 1 } });
    expect((await ledger.audits(9)).every(({ operator }) => operator?.id === MIA.id)).toBe(true);
    expect(await ledger.recall(`draft ${CHAT}:0:${MIA.id}`)).toBe('draft-canary');
    expect(await ledger.untold(T0 + 5_000)).toEqual(expect.arrayContaining(['p1', 'p2']));
  });
});
