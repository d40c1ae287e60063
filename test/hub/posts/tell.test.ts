import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createRescue } from '#src/hub/posts/rescue.ts';
import { createTell } from '#src/hub/posts/tell.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { jobId } from '#src/wire/ids.ts';
import { samplePress, sampleQuestion } from '../../ledger/samples.ts';
import { sampleView } from '../samples.ts';

/** A question that is told when its time is over. */
async function lapsed(answer?: 'no') {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const log = pino({ level: 'silent' });
  const chased: string[] = [];
  const question = sampleQuestion();
  const { confirm } = question;
  if (!confirm) throw new Error('it asks');
  const now = confirm.expiresAt + 1;
  const tell = createTell({
    ...{ by: 'me', ledger, log, view: () => sampleView({ now }) },
    show: async () => ({ message: 55, extras: [], trouble: undefined }),
    chase: async ({ id }) => void chased.push(id),
    keep: createRescue({ ledger, chase: async () => {}, now: () => now, log }).keep,
  });
  await ledger.ask(question);
  if (answer) await ledger.press({ ...samplePress(), answer });
  await tell(question.post.id);
  return { chased, confirm };
}

test('of a question that nobody answered its node is asked what a yes would have become: the ledger may have forgotten it', async () => {
  const { chased, confirm } = await lapsed();
  expect(chased).toEqual(confirm.nodes.map((node) => jobId(`confirm ${confirm.id}`, node)));
});

test('of one that was answered it is not', async () => {
  expect((await lapsed('no')).chased).toEqual([]);
});
